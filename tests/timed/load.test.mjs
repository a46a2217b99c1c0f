// The swarm of viewers: it plays as players do, reports what they went through, and ends by itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { binary, goLive, must, runTally, startTally, streamIs, until } from '../e2e/harness.mjs';
import { encode } from '../e2e/media.mjs';

async function onAir(t, buffered = 9) {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  // What players fetch would count as a viewer; what is recorded tells without.
  const recorded = async () =>
    (await must(tally.get('cdn', `/api/recordings/${live.broadcast.id}`))).duration;
  await until('what a player buffers is there', async () => (await recorded()) > buffered);
  return { tally, live, url: tally.url('cdn', '/live/ch_001/playlist.m3u8') };
}

// Plays with `args` beside others; gives the report.
async function swarm(args) {
  const { code, out, err } = await runTally([
    'load',
    ...args,
    '--viewers',
    '20',
    '--duration',
    '9s',
    '--json',
  ]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

function assertPlayed(report, atLeastRequests) {
  const text = JSON.stringify(report);
  assert.equal(report.started, 20, text);
  assert.equal(report.stalls, 0, text);
  assert.deepEqual(report.errors, {}, text);
  assert.ok(report.bytes > 100_000 && report.requests >= atLeastRequests, text);
  assert.ok(report.playSeconds > 20 * 4, text);
}

test('50 viewers of the swarm play without a stall, and are counted as 50 with no report of theirs', async (t) => {
  const { tally, live, url } = await onAir(t);
  const ended = runTally(['load', '--url', url, '--viewers', '50', '--duration', '12s', '--json']);
  const realtime = `/api/analytics/broadcasts/${live.broadcast.id}/viewers/realtime`;
  const viewers = async () => (await must(tally.get('analytics', realtime))).currentViewers;
  await until('50 viewers', async () => (await viewers()) === 50, 8);
  for (let i = 0; i < 5; ++i) {
    await delay(1000);
    assert.equal(await viewers(), 50);
  }
  const { code, out, err } = await ended;
  assert.equal(code, 0, err);
  assert.match(err, /50 of 50 playing/);
  const report = JSON.parse(out);
  assert.equal(report.viewers, 50);
  assert.equal(report.started, 50);
  assert.equal(report.stalls, 0);
  assert.deepEqual(report.errors, {});
  assert.ok(report.bytes > 100_000 && report.requests > 500, out);
  assert.ok(report.latencyMs.p50 > 0 && report.latencyMs.p50 < 12_000, out);
  assert.ok(Math.abs(report.seconds - 12) < 2, out);
  assert.equal((await must(tally.get('analytics', realtime))).totalViews, 50);
});

test('DASH and RTMP viewers play beside HLS ones, and those who report are known by what they report', async (t) => {
  const { tally, live, url } = await onAir(t);
  const dash = tally.url('cdn', '/live/ch_001/manifest.mpd');
  const playing = Promise.all([
    swarm(['--url', url, '--beacons']),
    swarm(['--url', dash, '--beacons']),
    swarm(['--url', `${tally.rtmp}/ch_001`]),
  ]);
  const realtime = () =>
    must(tally.get('analytics', `/api/analytics/broadcasts/${live.broadcast.id}/viewers/realtime`));
  await until('60 viewers', async () => (await realtime()).currentViewers === 60, 8);
  const now = await realtime();
  assert.deepEqual(now.byProtocol, { hls: 20, dash: 20, rtmp: 20 });
  assert.equal(now.totalViews, 60);
  await until('latencies are reported', async () => (await realtime()).latencyP50 > 0, 4);
  const [hls, mpd, rtmp] = await playing;
  assertPlayed(hls, 100);
  assertPlayed(mpd, 100);
  assertPlayed(rtmp, 20);
  assert.ok(hls.reports >= 20 * 3 && mpd.reports >= 20 * 3, 'start, playing and a last word of each');
  assert.equal(rtmp.reports, 0);
  assert.ok(mpd.latencyMs.p50 > 0 && mpd.latencyMs.p50 < 20_000, JSON.stringify(mpd));
  await until('all have left', async () => (await realtime()).currentViewers === 0, 4);
  assert.equal((await realtime()).coverage.beacon, 0.6667);
});

test('an interrupted swarm prints its report; one without a stream says why it has none', async (t) => {
  const { tally, url } = await onAir(t, 1);
  const child = spawn(binary, ['load', '--url', url, '--viewers', '5', '--duration', '5m'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (text) => (out += text));
  await delay(3000);
  child.kill('SIGINT');
  assert.equal(await new Promise((done) => child.on('close', done)), 0);
  assert.match(out, /5 viewers in \d/);

  const nowhere = await runTally([
    'load',
    '--url',
    tally.url('cdn', '/live/none/playlist.m3u8'),
    '--duration',
    '2s',
  ]);
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.out, /status 404/);
  const unknown = await runTally(['load', '--url', 'file:///live/x']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /is no http URL/);
});
