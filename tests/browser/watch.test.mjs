// Chromium plays what Tally sends, live and recorded, as smoothly as the clock runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, endAfterGoodbye, goLive, must, startTally, until } from '../e2e/harness.mjs';
import { encode } from '../e2e/media.mjs';
import { launchChromium } from './chromium.mjs';
import { serveDashPage } from './dash_page.mjs';
import {
  assertDashPlays,
  assertWatchPageIsClosed,
  assertWatchPagePlaysLive,
  assertWatchPagePlaysRecording,
  assertWatchPageStarts,
} from './playback.mjs';

test('Chromium plays the live stream, its DASH manifest and the recording', async (t) => {
  const tally = await startTally(t);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const gateway = tally.url('console', '');
  const live = await goLive(tally);
  const encoder = encode(t, live.stream.publishUrl, { size: '1280x720', gop: 60 });
  await until(
    'the live playlist is there',
    async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok,
  );

  await t.test('the watch page plays the live stream, and is one view', async () => {
    await assertWatchPagePlaysLive(browser, gateway, 'ch_001');
    const audience = `/api/analytics/broadcasts/${live.broadcast.id}/viewers/realtime`;
    const { totalViews, peakViewers } = await must(tally.get('analytics', audience));
    assert.deepEqual({ totalViews, peakViewers }, { totalViews: 1, peakViewers: 1 });
  });

  await t.test('dash.js plays the manifest', async (t) => {
    const dashPage = await serveDashPage();
    t.after(() => dashPage.close());
    await assertDashPlays(browser, dashPage, tally.url('cdn', '/live/ch_001/manifest.mpd'));
  });

  await t.test('what is private plays for a link with a token alone', async () => {
    const show = (visibility) =>
      must(call('PATCH', tally.url('broadcast', '/api/channels/ch_001'), { visibility }));
    await show('private');
    const { token } = await must(tally.post('cdn', '/api/cdn/sign', { channelId: 'ch_001' }));
    await assertWatchPageIsClosed(browser, `${gateway}/watch/ch_001`);
    await assertWatchPageStarts(browser, `${gateway}/watch/ch_001?token=${token}`);
    await show('public');
  });

  encoder.kill('SIGINT');
  await endAfterGoodbye(tally, live);

  await t.test('the watch page plays the recording', () =>
    assertWatchPagePlaysRecording(browser, gateway, live.broadcast.id),
  );
});
