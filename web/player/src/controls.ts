// The buttons, sliders and keys under the picture.
import { clockText, element, setIcon } from './page';
import type { Playback } from './playback';

const stage = element('stage', HTMLElement);
const bar = element('controls', HTMLElement);
const play = element('play', HTMLButtonElement);
const bigPlay = element('big-play', HTMLButtonElement);
const mute = element('mute', HTMLButtonElement);
const unmute = element('unmute', HTMLButtonElement);
const volume = element('volume', HTMLInputElement);
const live = element('live', HTMLButtonElement);
const liveLabel = element('live-label', HTMLElement);
const delay = element('delay', HTMLElement);
const seek = element('seek', HTMLInputElement);
const time = element('time', HTMLElement);
const pictureInPicture = element('window', HTMLButtonElement);
const fullscreen = element('fullscreen', HTMLButtonElement);

const idleMilliseconds = 2500;
const seekStepSeconds = 10;

export class Controls {
  #video: HTMLVideoElement;
  #playback: Playback | undefined;
  #idle = 0;

  constructor(video: HTMLVideoElement, kind: 'live' | 'recording') {
    this.#video = video;
    stage.dataset['kind'] = kind;
    this.#bindPlayback();
    this.#bindSound();
    this.#bindScreen();
    this.#bindActivity();
    document.addEventListener('keydown', (event) => this.#onKey(event, kind));
    window.setInterval(() => this.#refresh(), 500);
  }

  follow(playback: Playback | undefined): void {
    this.#playback = playback;
    bar.hidden = !playback;
    this.#refresh();
  }

  /// Starts playing, muted if that is what the browser asks for; shows a play button when it refuses even that.
  async begin(): Promise<void> {
    try {
      await this.#video.play();
    } catch (error) {
      bigPlay.hidden = !(error instanceof DOMException && error.name === 'NotAllowedError');
    }
  }

  #bindPlayback(): void {
    const toggle = () => this.#togglePlay();
    play.addEventListener('click', toggle);
    bigPlay.addEventListener('click', toggle);
    this.#video.addEventListener('click', toggle);
    live.addEventListener('click', () => this.#goLive());
    seek.addEventListener('input', () => {
      this.#video.currentTime = seek.valueAsNumber;
    });
    for (const event of ['play', 'pause', 'timeupdate', 'durationchange', 'emptied'])
      this.#video.addEventListener(event, () => this.#refresh());
  }

  #bindSound(): void {
    const video = this.#video;
    const toggle = () => {
      video.muted = !video.muted;
    };
    mute.addEventListener('click', toggle);
    unmute.addEventListener('click', () => {
      video.muted = false;
      if (video.volume === 0) video.volume = 1;
    });
    volume.addEventListener('input', () => {
      video.volume = volume.valueAsNumber;
      video.muted = video.volume === 0;
    });
    video.addEventListener('volumechange', () => this.#showSound());
    this.#showSound();
  }

  #bindScreen(): void {
    pictureInPicture.hidden = !document.pictureInPictureEnabled;
    pictureInPicture.addEventListener('click', () => void this.#togglePictureInPicture());
    fullscreen.hidden = !document.fullscreenEnabled;
    fullscreen.addEventListener('click', () => toggleFullscreen());
    this.#video.addEventListener('dblclick', () => toggleFullscreen());
    document.addEventListener('fullscreenchange', () => {
      const inside = document.fullscreenElement !== null;
      setIcon(fullscreen, inside ? 'shrink' : 'expand', inside ? 'Leave full screen' : 'Full screen');
    });
  }

  #bindActivity(): void {
    const wake = () => {
      delete stage.dataset['idle'];
      window.clearTimeout(this.#idle);
      this.#idle = window.setTimeout(() => {
        stage.dataset['idle'] = '';
      }, idleMilliseconds);
    };
    for (const event of ['pointermove', 'pointerdown', 'focusin', 'keydown'])
      stage.addEventListener(event, wake);
    stage.addEventListener('pointerleave', () => {
      stage.dataset['idle'] = '';
    });
    wake();
  }

  #togglePlay(): void {
    if (this.#video.paused) void this.begin();
    else this.#video.pause();
  }

  #goLive(): void {
    this.#playback?.jumpToLive();
    if (this.#video.paused) void this.begin();
  }

  async #togglePictureInPicture(): Promise<void> {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.#video.requestPictureInPicture();
    } catch {
      // The browser may refuse at any moment; the picture stays where it is.
    }
  }

  #onKey(event: KeyboardEvent, kind: 'live' | 'recording'): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onControl = event.target instanceof HTMLButtonElement || event.target instanceof HTMLInputElement;
    const actions: Record<string, () => void> = {
      k: () => this.#togglePlay(),
      m: () => {
        this.#video.muted = !this.#video.muted;
      },
      f: () => toggleFullscreen(),
    };
    if (!onControl) actions[' '] = () => this.#togglePlay();
    if (kind === 'live') actions['l'] = () => this.#goLive();
    if (kind === 'recording' && !onControl) {
      actions['ArrowLeft'] = () => {
        this.#video.currentTime -= seekStepSeconds;
      };
      actions['ArrowRight'] = () => {
        this.#video.currentTime += seekStepSeconds;
      };
    }
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #showSound(): void {
    const silent = this.#video.muted || this.#video.volume === 0;
    setIcon(mute, silent ? 'muted' : 'sound', silent ? 'Unmute' : 'Mute');
    unmute.hidden = !silent;
    volume.value = String(silent ? 0 : this.#video.volume);
    fillSlider(volume);
  }

  #refresh(): void {
    const { paused, currentTime, duration } = this.#video;
    if (paused) stage.dataset['paused'] = '';
    else delete stage.dataset['paused'];
    setIcon(play, paused ? 'play' : 'pause', paused ? 'Play' : 'Pause');
    if (!paused) bigPlay.hidden = true;

    const behind = paused || (this.#playback?.behind() ?? false);
    live.dataset['behind'] = String(behind);
    live.disabled = !behind;
    liveLabel.textContent = behind ? 'Go live' : 'Live';
    const latency = this.#playback?.latency();
    delay.textContent = latency === undefined || paused ? '' : `${latency.toFixed(1)} s delay`;

    seek.max = String(Number.isFinite(duration) ? duration : 1);
    seek.value = String(currentTime);
    seek.setAttribute('aria-valuetext', clockText(currentTime));
    fillSlider(seek);
    time.textContent = `${clockText(currentTime)} / ${clockText(duration)}`;
  }
}

function toggleFullscreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (document.fullscreenEnabled) void stage.requestFullscreen();
}

/// The part of the track left of the thumb: style.css colours it.
function fillSlider(slider: HTMLInputElement): void {
  const share = slider.valueAsNumber / Number(slider.max);
  slider.style.setProperty('--filled', `${(share * 100).toFixed(2)}%`);
}
