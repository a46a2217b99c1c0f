// Whatever an encoder sends is recorded frame by frame, with the times it had.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { call, endAfterGoodbye, goLive, must, startTally } from './harness.mjs';
import { encode, framesPerSecond, streamsOf, timesOf } from './media.mjs';
import { flvTags, Publisher } from './rtmp.mjs';

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'tally-media-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function newChannel(tally, name) {
  return (await must(tally.post('broadcast', '/api/channels', { name }))).id;
}

function assertSteady(times, frame, what) {
  const steps = times.slice(1).map((time, i) => time - times[i]);
  assert.ok(Math.min(...steps) > 0, `${what} grow: smallest step ${Math.min(...steps)} s`);
  assert.ok(Math.max(...steps) < 1.5 * frame, `${what} have no gap: largest step ${Math.max(...steps)} s`);
}

// How far the audio's edge lies from the video's.
const offset = (times, edge) => times.video.pts.at(edge) - times.audio.pts.at(edge);

function assertFaithful(sent, recorded, frame) {
  for (const [kind, length] of [
    ['video', frame],
    ['audio', 1024 / 48000],
  ]) {
    const count = sent[kind].pts.length;
    assert.equal(recorded[kind].pts.length, count, `${kind} packets`);
    assert.equal(recorded[kind].frames.length, sent[kind].frames.length, `decoded ${kind} frames`);
    if (count === 0) continue;
    assertSteady(recorded[kind].dts, length, `${kind} DTS`);
    assertSteady(recorded[kind].pts, length, `${kind} PTS`);
  }
  if (sent.video.pts.length === 0 || sent.audio.pts.length === 0) return;
  for (const edge of [0, -1]) {
    const moved = Math.abs(offset(recorded, edge) - offset(sent, edge));
    assert.ok(moved < 0.04, `audio moved by ${moved} s against video`);
  }
}

const inputs = {
  'B-frames': { bframes: 2 },
  '29.97 frames a second': { rate: '30000/1001' },
  '60 frames a second': { rate: '60', frames: 360, gop: 120 },
  'mono audio': { audio: 'mono' },
  'audio alone': { video: false },
  'video alone': { audio: null },
  'a GOP of 10 s': { gop: 300, frames: 420 },
};

test('every kind of input comes out as it went in', { concurrency: true }, async (t) => {
  const tally = await startTally(t);
  const files = folder(t);
  const runs = Object.entries(inputs).map(([name, settings], i) =>
    t.test(name, async (t) => {
      const live = await goLive(tally, await newChannel(tally, name));
      const copy = join(files, `${i}.flv`);
      const { frames = 180, video = true } = settings;
      const encoder = encode(t, live.stream.publishUrl, { ...settings, frames, copy });
      assert.deepEqual(await encoder.done, { code: 0, errors: '' });
      await endAfterGoodbye(tally, live);
      const sent = await timesOf(copy);
      assert.equal(sent.video.frames.length, video ? frames : 0);
      assertFaithful(sent, await timesOf(live.vod), 1 / framesPerSecond(settings.rate));
    }),
  );
  await Promise.all(runs);
});

test('timestamps that wrap at 32 bits go on without a seam', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  const copy = join(folder(t), 'sent.flv');
  await encode(t, copy, { frames: 150, realtime: false }).done;
  const publisher = new Publisher(tally.ports.rtmp, live.stream.streamKey);
  await publisher.started();
  await publisher.send(flvTags(readFileSync(copy)), 2 ** 32 - 2500);
  publisher.goodbye();
  await endAfterGoodbye(tally, live);
  assertFaithful(await timesOf(copy), await timesOf(live.vod), 1 / 30);
});

test('a change of resolution starts a new init segment behind a discontinuity', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  const files = folder(t);
  const sizes = ['320x180', '640x360'];
  const parts = await Promise.all(
    sizes.map(async (size) => {
      const file = join(files, `${size}.flv`);
      await encode(t, file, { size, frames: 120, realtime: false }).done;
      return flvTags(readFileSync(file));
    }),
  );
  const publisher = new Publisher(tally.ports.rtmp, live.stream.streamKey);
  await publisher.started();
  await publisher.send(parts[0]);
  await publisher.send(parts[1], 4000);
  publisher.goodbye();
  await endAfterGoodbye(tally, live);

  const master = await must(tally.get('cdn', `/vod/${live.broadcast.id}/master.m3u8`));
  const uri = master.split('\n').find((line, i, lines) => lines[i - 1]?.startsWith('#EXT-X-STREAM-INF'));
  const playlist = new URL(uri, live.vod);
  const [before, after, ...more] = (await must(call('GET', playlist))).split('#EXT-X-DISCONTINUITY\n');
  assert.deepEqual(more, [], 'one discontinuity');
  for (const [i, text] of [before, after].entries()) {
    const file = join(files, `${i}.mp4`);
    const uris = [text.match(/#EXT-X-MAP:URI="([^"]+)"/)[1], ...text.match(/^[^#\n].*$/gm)];
    const bytes = await Promise.all(
      uris.map(async (each) => Buffer.from(await (await fetch(new URL(each, playlist))).arrayBuffer())),
    );
    writeFileSync(file, Buffer.concat(bytes));
    const { video } = await streamsOf(file);
    assert.equal(`${video.width}x${video.height}`, sizes[i]);
    assert.equal((await timesOf(file)).video.frames.length, 120);
  }
});
