// Encoders drop, servers crash: the broadcast goes on, and nothing that was complete is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endAfterGoodbye, goLive, must, startTally, streamIs, until } from './harness.mjs';
import { encode, streamsOf, timesOf } from './media.mjs';
import { Publisher } from './rtmp.mjs';

const isPlaying = (tally) =>
  until('the channel plays', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);

const elapsed = (from) => (Date.now() - from) / 1000;

test('kill -9 loses no more than the fragment that was being made', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  const started = Date.now();
  await until('six seconds of media', () => elapsed(started) > 6);
  const sent = elapsed(started);
  await tally.crashAndRestart();
  assert.equal((await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`))).status, 'live');
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  const { duration } = await streamsOf(live.vod);
  assert.ok(duration > sent - 1, `${duration} s recorded of ${sent} s`);
  const { video } = await timesOf(live.vod);
  assert.equal(video.frames.length, video.pts.length, 'every frame decodes');
});

test('after kill -9 the encoder dials in again and the broadcast goes on', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await isPlaying(tally);
  await tally.crashAndRestart();
  await encode(t, live.stream.publishUrl, { frames: 120 }).done;
  await endAfterGoodbye(tally, live);
  const { video } = await timesOf(live.vod);
  assert.ok(video.frames.length >= 120 + 30, `${video.frames.length} frames of two connections`);
  const steps = video.dts.slice(1).map((time, i) => time - video.dts[i]);
  assert.ok(Math.min(...steps) > 0, 'one growing timeline');
});

test('an encoder that drops and comes back continues the same playlist behind a discontinuity', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  const first = encode(t, live.stream.publishUrl);
  await isPlaying(tally);
  first.kill();
  await streamIs(tally, live, 'reconnecting');
  await isPlaying(tally);
  encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  await until('the seam is in the playlist', async () =>
    (await must(tally.get('cdn', '/live/ch_001/180p/playlist.m3u8'))).includes('#EXT-X-DISCONTINUITY\n'),
  );
  const stream = await must(tally.get('streaming', `/api/streams/${live.stream.id}`));
  assert.equal(stream.reconnects, 1);
});

test('an encoder that may publish has 30 s for its first frame, not what is left of 10 s for asking', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  const asked = Date.now();
  const encoder = new Publisher(tally.ports.rtmp, live.stream.streamKey);
  t.after(() => encoder.close());
  await encoder.started();
  await until('12 s are over', () => elapsed(asked) > 12);
  assert.ok(!encoder.closed);
});

test('a second encoder is refused while the first one sends', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  assert.notEqual((await encode(t, live.stream.publishUrl, { frames: 60 }).done).code, 0);
  await streamIs(tally, live, 'active');
});

test('a second encoder takes over once the first has been silent for 5 s', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  const first = encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  first.kill('SIGSTOP');
  const silent = Date.now();
  await until('the second is accepted', async () => {
    const { code } = await encode(t, live.stream.publishUrl, { frames: 15 }).done;
    return code === 0;
  });
  assert.ok(elapsed(silent) > 4.5, `accepted after ${elapsed(silent)} s`);
});
