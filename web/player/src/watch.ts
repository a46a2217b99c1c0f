// The life of the page: look whether there is something to play, play it, say what is the matter otherwise,
// and look again.
import type { Controls } from './controls';
import { broadcastDetails, channelDetails } from './details';
import { startPlayback, type Outcome } from './playback';
import { probeLive, probeRecording, type Availability } from './probe';
import { withToken, type Target } from './target';
import { showBackdrop, showDetails, showNotice, showPicture, showState, type Notice } from './view';
import { followViewers } from './viewers';

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
const awaited: Notice = {
  title: 'Waiting for the broadcast',
  text: 'It starts playing here as soon as its signal arrives.',
};
const interrupted: Notice = {
  title: 'The broadcast is interrupted',
  text: 'It goes on here as soon as the signal is back.',
};

export async function watchLive(target: Live, video: HTMLVideoElement, controls: Controls): Promise<void> {
  showState('connecting', '');
  let watched: string | undefined; // the broadcast played last: its recording is offered afterwards
  for (;;) {
    const [details, { availability, playlist }] = await Promise.all([
      channelDetails(target.channel, target.token),
      probeLive(target.playlist),
    ]);
    if (availability !== 'unreachable') showDetails(availability === 'missing' ? undefined : details);
    if (availability === 'ready') {
      watched = details.broadcastId;
      const outcome = await playThrough({ ...target, playlist }, video, controls);
      if (outcome === 'unplayable') {
        showNotice('over', '', unplayable);
        return;
      }
      showState('connecting', '');
      if (outcome === 'ended') continue; // and say so at once
    } else {
      showBackdrop(target.poster);
      const begins = availability === 'offline' && details.broadcastId !== '';
      const badge = (availability === 'offline' && !begins) || availability === 'over' ? 'Offline' : '';
      const recording = watched && recordingOf(watched, target.token);
      showNotice('waiting', badge, begins ? awaited : whyNotLive(availability, details.channel, recording));
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
  showDetails(await broadcastDetails(target.broadcast, target.token));
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
    showPicture(video.videoWidth, video.videoHeight);
    if (target.kind === 'live' && video.videoWidth === 0) showBackdrop(target.poster);
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
  video.addEventListener('resize', () => showPicture(video.videoWidth, video.videoHeight), listen);
  if (target.kind === 'live') followViewers(target.channel, listening.signal);
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
