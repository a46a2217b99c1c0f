import { Controls } from './controls';
import { element } from './page';
import { targetOf } from './target';
import { showNotice } from './view';
import { watchLive, watchRecording } from './watch';

const video = element('video', HTMLVideoElement);
const target = targetOf(location);

if (!target) {
  showNotice('over', '', {
    title: 'Nothing to watch here',
    text: 'Check the address, or ask for a new link.',
  });
} else {
  const controls = new Controls(video, target.kind);
  if (target.kind === 'live') void watchLive(target, video, controls);
  else void watchRecording(target, video, controls);
}
