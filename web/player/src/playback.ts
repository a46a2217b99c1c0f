// Plays one HLS address in a video element until it is over: by hls.js, or by the browser where it knows HLS
// itself and has no Media Source Extensions.
import type Hls from 'hls.js';
import { Reporter, viewOf } from '@tally/sdk';
import type { Target } from './target';

export type Outcome = 'ended' | 'lost' | 'unplayable';

export interface Playback {
  /// Settles once: after that the element plays nothing any more.
  outcome: Promise<Outcome>;
  /// Seconds from capture to screen, where it can be told.
  latency(): number | undefined;
  /// Whether playback has fallen so far back that jumping forward would show something newer.
  behind(): boolean;
  jumpToLive(): void;
}

const slackSeconds = 3; // behind the usual distance from the edge before "behind" is said
const recoverySeconds = 10;

/// A recording never ends as an outcome: it can be played again.
export async function startPlayback(video: HTMLVideoElement, target: Target): Promise<Playback> {
  const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;
  if (!hasMediaSource) return playNatively(video, target);
  const { default: HlsPlayer } = await import('hls.js');
  return playWithHls(HlsPlayer, video, target);
}

function playWithHls(HlsPlayer: typeof Hls, video: HTMLVideoElement, target: Target): Playback {
  const hls = new HlsPlayer({ backBufferLength: 60 });
  const latency = () =>
    plausible(hls.playingDate ? (Date.now() - hls.playingDate.getTime()) / 1000 : hls.latency);
  const reporting = report(HlsPlayer, hls, video, latency);
  const outcome = new Promise<Outcome>((settle) => {
    let recoveredAt = -Infinity;
    hls.on(HlsPlayer.Events.ERROR, (_, error) => {
      if (!error.fatal) return;
      const now = performance.now() / 1000;
      if (error.type === HlsPlayer.ErrorTypes.NETWORK_ERROR) {
        afterBuffer(video, () => settle('lost'));
      } else if (error.type === HlsPlayer.ErrorTypes.MEDIA_ERROR && now - recoveredAt > recoverySeconds) {
        recoveredAt = now;
        hls.recoverMediaError();
      } else {
        settle('unplayable');
      }
    });
    if (target.kind === 'live') video.addEventListener('ended', () => settle('ended'), { once: true });
  }).finally(() => {
    reporting.end();
    hls.destroy();
  });

  hls.loadSource(target.playlist);
  hls.attachMedia(video);
  const edge = () => hls.liveSyncPosition;
  return {
    outcome,
    latency,
    behind: () => (edge() ?? 0) - video.currentTime > slackSeconds,
    jumpToLive: () => {
      video.currentTime = edge() ?? video.currentTime;
    },
  };
}

/// Tells the server how it plays, once the first playlist has said who is watching. Recordings name nobody.
function report(
  HlsPlayer: typeof Hls,
  hls: Hls,
  video: HTMLVideoElement,
  latency: () => number | undefined,
): { end: () => void } {
  let reporter: Reporter | undefined;
  hls.on(HlsPlayer.Events.MANIFEST_PARSED, (_, { levels }) => {
    const view = viewOf(levels[0]?.url[0] ?? '');
    if (!view || reporter) return;
    const player = { player: 'hls.js', playerVersion: HlsPlayer.version };
    reporter = new Reporter({ video, view, latency, address: '/api/analytics/collect', ...player });
  });
  hls.on(HlsPlayer.Events.LEVEL_SWITCHED, (_, { level }) => {
    const shown = hls.levels[level];
    if (shown) reporter?.rendition(shown.bitrate / 1000, shown.height);
  });
  hls.on(HlsPlayer.Events.FRAG_LOADED, () => reporter?.throughput(hls.bandwidthEstimate / 1000));
  hls.on(HlsPlayer.Events.ERROR, (_, error) => {
    const recoverable = error.type === HlsPlayer.ErrorTypes.MEDIA_ERROR;
    if (recoverable && !error.fatal) return; // a hiccup that shows as a stall, if at all
    reporter?.error(`hls.${error.details}`, error.fatal && !recoverable);
  });
  return { end: () => reporter?.end() };
}

function playNatively(video: HTMLVideoElement, target: Target): Playback {
  const outcome = new Promise<Outcome>((settle) => {
    if (target.kind === 'live') video.addEventListener('ended', () => settle('ended'), { once: true });
    video.addEventListener('error', () => settle(nativeFailure(video)), { once: true });
  }).finally(() => {
    video.removeAttribute('src');
    video.load();
  });
  video.src = target.playlist;
  const edge = () => (video.seekable.length > 0 ? video.seekable.end(video.seekable.length - 1) : 0);
  return {
    outcome,
    latency: () => undefined,
    behind: () => edge() - video.currentTime > 3 * slackSeconds, // the browser keeps its own distance
    jumpToLive: () => {
      video.currentTime = edge();
    },
  };
}

/// What has arrived is still shown.
function afterBuffer(video: HTMLVideoElement, then: () => void): void {
  if (video.paused || video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) then();
  else video.addEventListener('waiting', then, { once: true });
}

function nativeFailure(video: HTMLVideoElement): Outcome {
  return video.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'lost' : 'unplayable';
}

/// A viewer's clock that is wrong gives no number rather than a wrong one.
function plausible(seconds: number): number | undefined {
  return seconds > 0 && seconds < 3600 ? seconds : undefined;
}
