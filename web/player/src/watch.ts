// The life of the page: look whether there is something to play, play it, say what is the matter otherwise,
// and look again.
import type { Controls } from './controls';
import { broadcastDetails, channelDetails } from './details';
import { startPlayback, type Outcome } from './playback';
import { probeLive, probeRecording, type Availability } from './probe';
import { withToken, type Target } from './target';
import { showBackdrop, showDetails, showNotice, showState, type Notice } from './view';

type Live = Extract<Target, { kind: 'live' }>;
type Recording = Extract<Target, { kind: 'recording' }>;

const retryMilliseconds = 3000;
const interruptionMilliseconds = 4000; // without a picture before it is put down to the broadcaster

const unreachable: Notice = {
  title: 'No connection',
  text: 'The server does not answer. This page keeps trying on its own.',
};
const unplayable: Notice = {
  title: 'This browser cannot play the video',
  text: 'Try a current version of Chrome, Edge, Firefox or Safari.',
};
const noChannel: Notice = {
  title: 'There is no such channel',
  text: 'Check the address, or ask for a new link.',
};
const noRecording: Notice = {
  title: 'There is no such recording',
  text: 'It may have been deleted, or the address is wrong.',
};
const closed: Notice = {
  title: 'This link does not open the video',
  text: 'It may have expired, or the video is not for everyone. Ask for a new link.',
};
const preparing: Notice = {
  title: 'The recording is being prepared',
  text: 'It starts playing here as soon as it is ready.',
};
const interrupted: Notice = {
  title: 'The broadcast is interrupted',
  text: 'It goes on here as soon as the signal is back.',
};

export async function watchLive(target: Live, video: HTMLVideoElement, controls: Controls): Promise<void> {
  showState('connecting', '');
  let watched: string | undefined; // the broadcast played last: its recording is offered afterwards
  for (;;) {
    const details = await channelDetails(target.channel);
    showDetails(details);
    const availability = await probeLive(target.playlist);
    if (availability === 'ready') {
      watched = details.broadcastId;
      const outcome = await playThrough(target, video, controls);
      if (outcome === 'unplayable') {
        showNotice('over', '', unplayable);
        return;
      }
      if (outcome === 'lost') showState('connecting', '');
    } else {
      showBackdrop(target.poster);
      const badge = availability === 'offline' || availability === 'over' ? 'Offline' : '';
      showNotice(
        'waiting',
        badge,
        whyNotLive(availability, details.channel, watched && recordingOf(watched, target.token)),
      );
    }
    await sleep(retryMilliseconds);
  }
}

export async function watchRecording(
  target: Recording,
  video: HTMLVideoElement,
  controls: Controls,
): Promise<void> {
  showState('connecting', '');
  showDetails(await broadcastDetails(target.broadcast));
  for (;;) {
    const availability = await probeRecording(target.playlist);
    if (availability === 'missing') {
      showNotice('over', '', noRecording);
      return;
    }
    if (availability === 'closed') {
      showNotice('over', '', closed);
      return;
    }
    if (availability === 'ready') {
      const outcome = await playThrough(target, video, controls);
      if (outcome === 'unplayable') {
        showNotice('over', '', unplayable);
        return;
      }
      showState('connecting', '');
    } else {
      showNotice('waiting', 'Recording', availability === 'preparing' ? preparing : unreachable);
    }
    await sleep(retryMilliseconds);
  }
}

function recordingOf(broadcast: string, token: string): string {
  return withToken(`/watch/vod/${encodeURIComponent(broadcast)}`, token);
}

/// `recording`: where what was watched can be seen again.
function whyNotLive(availability: Availability, channel: string, recording: string | undefined): Notice {
  if (availability === 'missing') return noChannel;
  if (availability === 'closed') return closed;
  if (availability === 'unreachable') return unreachable;
  if (recording === undefined && availability === 'offline')
    return {
      title: `${channel} is offline`,
      text: 'The broadcast starts playing here as soon as it goes live.',
    };
  const notice = { title: 'The broadcast has ended', text: 'The next one starts playing here on its own.' };
  return recording ? { ...notice, link: { label: 'Watch the recording', href: recording } } : notice;
}

/// From the first picture to the end of the playlist or the loss of the server.
async function playThrough(target: Target, video: HTMLVideoElement, controls: Controls): Promise<Outcome> {
  const badge = target.kind === 'live' ? 'Live' : 'Recording';
  const listening = new AbortController();
  const listen = { signal: listening.signal };
  let interruption = 0;
  const resumed = () => {
    window.clearTimeout(interruption);
    showState('playing', badge);
  };
  const stalled = () => {
    showState('connecting', badge);
    window.clearTimeout(interruption);
    if (target.kind === 'live')
      interruption = window.setTimeout(
        () => showNotice('waiting', badge, interrupted),
        interruptionMilliseconds,
      );
  };
  video.addEventListener('playing', resumed, listen);
  video.addEventListener('waiting', stalled, listen);
  try {
    const playback = await startPlayback(video, target);
    controls.follow(playback);
    void controls.begin();
    return await playback.outcome;
  } finally {
    window.clearTimeout(interruption);
    listening.abort();
    controls.follow(undefined);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
