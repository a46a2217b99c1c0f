// Health and stats of a stream, against what its encoder really sends.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { goLive, must, startTally, until } from '../e2e/harness.mjs';
import { encode } from '../e2e/media.mjs';

function healthOf(tally, live) {
  return must(tally.get('streaming', `/api/streams/${live.stream.id}/health`));
}

test('health and stats tell what the encoder sends, and outlive it and the process', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  const path = `/api/streams/${live.stream.id}`;
  const before = await healthOf(tally, live);
  assert.equal(before.status, 'unknown');
  assert.equal(before.fps, null);

  encode(t, live.stream.publishUrl, { rate: '25', size: '640x360', gop: 50 });
  await until('the encoder was measured for ten seconds', async () => {
    return (await healthOf(tally, live)).bitrateStability !== null;
  });
  const health = await healthOf(tally, live);

  await t.test("health has the encoder's figures", () => {
    assert.ok(Math.abs(health.fps - 25) < 0.5, `fps ${health.fps}`);
    assert.ok(health.bitrate > 250 && health.bitrate < 600, `bitrate ${health.bitrate}`);
    assert.ok(Math.abs(health.audioBitrate - 96) < 15, `audio ${health.audioBitrate}`);
    assert.ok(Math.abs(health.realtimeRatio - 1) < 0.05, `ratio ${health.realtimeRatio}`);
    assert.ok(health.bufferHealth > 90, `buffer ${health.bufferHealth}`);
    assert.ok(health.jitter < 2, `jitter ${health.jitter}`);
    assert.ok(Math.abs(health.keyframeInterval - 2) < 0.05, `keyframes ${health.keyframeInterval}`);
    assert.ok(Math.abs(health.avDriftMs) < 100, `drift ${health.avDriftMs}`);
    assert.ok(health.rttMs > 0 && health.rttMs < 50, `rtt ${health.rttMs}`);
    assert.equal(health.droppedFrames, 0);
    assert.equal(health.targetBitrate, live.stream.quality.bitrate);
    assert.equal(health.video.resolution, '640x360');
    assert.equal(health.video.scan, 'progressive');
    assert.match(health.video.profile, /Baseline|Main|High/);
    assert.deepEqual(
      { codec: health.audio.codec, sampleRate: health.audio.sampleRate, channels: health.audio.channels },
      { codec: 'aac', sampleRate: 48000, channels: 2 },
    );
  });

  await t.test('latency at the edge is about a segment, and its parts add up', () => {
    const { latency, latencyBasis, latencyBreakdown: parts } = health;
    assert.equal(latencyBasis, 'edge');
    assert.ok(latency > 0.2 && latency < 4, `latency ${latency}`);
    assert.ok(Math.abs(parts.ingestMs + parts.packageMs - latency * 1000) < 2, JSON.stringify(parts));
  });

  await t.test('pollers share one snapshot and need not be sent it again', async () => {
    const answer = await tally.get('streaming', `${path}/health`);
    const again = await fetch(tally.url('streaming', `${path}/health`), {
      headers: { 'If-None-Match': answer.headers.get('etag') },
    });
    assert.ok([200, 304].includes(again.status));
    assert.equal(answer.headers.get('x-poll-interval'), '10');
    assert.equal((await must(tally.get('streaming', path))).healthStatus, health.status);
  });

  await t.test('stats have a point for each second and a summary', async () => {
    const stats = await must(tally.get('streaming', `${path}/stats?interval=1s`));
    const measured = stats.points.filter((point) => point.fps !== null);
    assert.ok(measured.length >= 10, `${measured.length} points`);
    assert.equal(stats.intervalSeconds, 1);
    assert.ok(Math.abs(stats.summary.fps.avg - 25) < 1, JSON.stringify(stats.summary));
    const only = await must(tally.get('streaming', `${path}/stats?metrics=fps`));
    assert.deepEqual(Object.keys(only.points[0]).sort(), ['fps', 't']);
  });

  await must(tally.post('streaming', `${path}/stop`));
  const ended = await healthOf(tally, live);
  assert.equal(ended.status, 'ended');
  assert.equal(ended.video.resolution, '640x360');

  await t.test('they survive a crash of the program', async () => {
    await delay(1500);
    await tally.crashAndRestart();
    const kept = await healthOf(tally, live);
    assert.equal(kept.status, 'ended');
    assert.ok(Math.abs(kept.fps - 25) < 0.5);
    const stats = await must(tally.get('streaming', `${path}/stats`));
    assert.ok(stats.points.filter((point) => point.fps !== null).length >= 10);
  });
});
