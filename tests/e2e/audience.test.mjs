// Who watches is known within seconds, with and without a script in the player, and survives a crash.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { call, goLive, must, startTally, streamIs, until } from './harness.mjs';
import { encode } from './media.mjs';
import { Player } from './rtmp.mjs';

const run = promisify(execFile);
const files = (directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const realtime = (tally, live) =>
  must(tally.get('analytics', `/api/analytics/broadcasts/${live.broadcast.id}/viewers/realtime`));

const viewersAre = (tally, live, count, seconds) =>
  until(`${count} viewers`, async () => (await realtime(tally, live)).currentViewers === count, seconds);

async function onAir(t, environment) {
  const tally = await startTally(t, environment);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  await until('a playlist', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  return { tally, live };
}

// What a player does: the first playlist, then the media playlist it names, again and again.
async function hlsPlayer(tally, signal) {
  const master = await must(tally.get('cdn', '/live/ch_001/playlist.m3u8'));
  const address = master.split('\n').find((line) => line && !line.startsWith('#'));
  const reload = async () => {
    while (!signal.aborted) {
      await must(tally.get('cdn', `/live/ch_001/${address}`)).catch(() => {});
      await delay(1000, undefined, { signal }).catch(() => {});
    }
  };
  return { address, done: reload() };
}

function viewOf(address) {
  const query = new URL(address, 'http://tally').searchParams;
  return { sid: query.get('sid'), cid: query.get('cid'), tk: query.get('tk') };
}

// Reports of one view, with counters that rise.
class Reporter {
  number = 0;

  constructor(tally, view) {
    Object.assign(this, { tally, view });
  }

  send(keys, { repeat = false, ...more } = {}) {
    if (!repeat) this.number += 1;
    const { sid, cid, tk } = { ...this.view, ...more };
    const record = `v=2,sid="${sid}",cid="${cid}",com.tally-tk="${tk}",sn=${this.number},ts=${Date.now()},sf=h,${keys}`;
    return fetch(this.tally.url('analytics', '/api/analytics/collect'), {
      method: 'POST',
      body: `${record}\n`,
    });
  }
}

// A player of another make, that plays until it is stopped.
function play(t, command, args) {
  const child = spawn(command, args, { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
}

test('players are counted by what they fetch alone, each one once', async (t) => {
  const { tally, live } = await onAir(t);
  const leaving = new AbortController();
  const players = await Promise.all(Array.from({ length: 20 }, () => hlsPlayer(tally, leaving.signal)));
  await viewersAre(tally, live, 20, 2.5);

  const url = tally.url('cdn', '/live/ch_001/playlist.m3u8');
  play(t, 'ffmpeg', ['-v', 'error', '-re', '-i', url, '-f', 'null', '-']);
  await viewersAre(tally, live, 21, 6);
  const pipeline = `souphttpsrc location=${url} ! hlsdemux ! decodebin ! fakesink sync=true`;
  play(t, 'gst-launch-1.0', pipeline.split(' '));
  await viewersAre(tally, live, 22, 6);

  const rtmp = new Player(tally.ports.rtmp, 'ch_001');
  await viewersAre(tally, live, 23, 4);
  assert.equal((await realtime(tally, live)).byProtocol.rtmp, 1);
  rtmp.close();
  await viewersAre(tally, live, 22, 3);
  for (let i = 0; i < 5; ++i) {
    await delay(1000);
    assert.equal((await realtime(tally, live)).currentViewers, 22);
  }
  const now = await realtime(tally, live);
  assert.equal(now.byProtocol.hls, 22);
  assert.equal(now.peakViewers, 23);
  assert.ok(now.series.points.length > 0 && now.averageViewers > 0);
  const shown = await must(tally.get('cdn', '/live/ch_001/viewers.json'));
  assert.deepEqual(shown, { live: true, viewers: 22 });

  leaving.abort();
  await Promise.all(players.map((player) => player.done));
  await viewersAre(tally, live, 2, 25);
});

test('who watches the recording is an audience of its own', async (t) => {
  const { tally, live } = await onAir(t);
  const leaving = new AbortController();
  const player = await hlsPlayer(tally, leaving.signal);
  await viewersAre(tally, live, 1, 2.5);
  await delay(6000); // something to watch later
  leaving.abort();
  await player.done;
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  const ask = () => must(tally.get('analytics', `/api/analytics/broadcasts/${live.broadcast.id}`));
  const before = await ask();
  assert.deepEqual(before.recording, {
    views: 0,
    uniqueViewers: 0,
    watchTimeSeconds: 0,
    averageWatchTime: 0,
  });

  await until('the recording', async () => (await fetch(live.vod)).ok, 10);
  const watch = async (browser, requests) => {
    const headers = { 'User-Agent': `Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 ${browser}` };
    const get = async (url) => (await fetch(url, { headers })).text();
    const linesOf = (playlist) => playlist.split('\n').filter((line) => line && !line.startsWith('#'));
    const rendition = new URL(linesOf(await get(live.vod))[0], live.vod);
    const segments = linesOf(await get(rendition)).map((line) => new URL(line, rendition));
    const times = [];
    for (let i = 0; i < requests; ++i) {
      await get(segments[i % segments.length]);
      times.push(Date.now());
      await delay(1000);
    }
    return (times.at(-1) - times[0]) / 1000 || 0;
  };
  // Who fetches no media watches nothing.
  const watched = await Promise.all([
    watch('Firefox/125.0', 4),
    watch('Firefox/126.0', 6),
    watch('Firefox/127.0', 0),
  ]);
  const seconds = watched.reduce((total, each) => total + each, 0);
  const after = await until(
    'the views of the recording',
    async () => {
      const answer = await ask();
      return answer.recording.watchTimeSeconds > seconds - 0.5 && answer;
    },
    15,
  );
  const { views, uniqueViewers, watchTimeSeconds, averageWatchTime } = after.recording;
  assert.equal(views, 2);
  assert.equal(uniqueViewers, 2);
  assert.ok(watchTimeSeconds < seconds + 0.5, `${watchTimeSeconds}, not ${seconds}`);
  assert.equal(averageWatchTime, watchTimeSeconds / 2);
  assert.deepEqual(after.summary, before.summary, 'the live audience is what it was');
  assert.equal((await realtime(tally, live)).currentViewers, 0);
});

test('a player that reports is known with its viewer, and what was acknowledged outlives kill -9', async (t) => {
  const { tally, live } = await onAir(t);
  const { address } = await hlsPlayer(tally, AbortSignal.abort());
  const view = viewOf(address);
  assert.equal(view.cid, live.broadcast.id);
  const reporter = new Reporter(tally, view);
  const playing = 'sta=p,e=ps,msd=450,br=(2000),ltc=2100,com.tally-vid="somebody@example.com"';
  const answer = await reporter.send(playing);
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.get('stream-heartbeat'), '10');
  await viewersAre(tally, live, 1, 2);

  assert.equal((await reporter.send('sta=p', { tk: 'forged' })).status, 410, 'no token');
  assert.equal((await reporter.send('sta=p', { cid: 'bc_other' })).status, 410, 'another broadcast');
  const malformed = await tally.post('analytics', '/api/analytics/collect', [1]);
  assert.equal(malformed.status, 400);

  await delay(1000);
  assert.equal((await reporter.send('sta=p,e=t,com.tally-plms=1000')).status, 204);
  assert.equal((await reporter.send('sta=p,e=t,com.tally-plms=1000', { repeat: true })).status, 204);
  await tally.crashAndRestart();
  assert.equal((await reporter.send('sta=p,e=t,com.tally-plms=1000', { repeat: true })).status, 204);
  await viewersAre(tally, live, 1, 3);
  const now = await realtime(tally, live);
  assert.equal(now.totalViews, 1, 'counted once');
  assert.equal(now.uniqueViewers, 1);
  assert.ok(Math.abs(now.latencyP50 - 2.1) < 0.05 || now.latencyP50 === null);
  const liked = (body) =>
    tally.post('analytics', `/api/analytics/broadcasts/${live.broadcast.id}/engagement`, {
      sid: view.sid,
      ...body,
    });
  assert.equal((await liked({ type: 'like', token: view.tk })).status, 202);
  assert.equal((await liked({ type: 'like', token: 'forged' })).status, 403);
  assert.equal((await liked({ type: 'nod', token: view.tk })).status, 400);

  assert.equal((await reporter.send('sta=q,e=ps,com.tally-plms=1500')).status, 204);
  await viewersAre(tally, live, 0, 3);

  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  const viewer = '/api/analytics/viewers/somebody@example.com';
  const kept = await until('the view is stored', async () => {
    const { items } = await must(tally.get('analytics', viewer));
    return items[0]?.endedAt && items;
  });
  assert.equal(kept.length, 1);
  assert.equal(kept[0].playMs, 1500);
  assert.equal(kept[0].exit, 'clean');
  await tally.stop();
  for (const file of files(tally.data).filter((name) => name.includes('analytics'))) {
    const bytes = readFileSync(file, 'latin1');
    for (const secret of ['somebody@example.com', view.tk, view.sid, '127.0.0.1'])
      assert.ok(!bytes.includes(secret), `${file} has ${secret}`);
  }
  await tally.start();
  assert.equal((await reporter.send('sta=q,com.tally-plms=1700')).status, 204, 'it is not final yet');
  await until('the late report is counted', async () => {
    const { items } = await must(tally.get('analytics', viewer));
    return items[0].playMs === 1700;
  });
  assert.equal((await must(call('DELETE', tally.url('analytics', viewer)))).erasedViews, 1);
  assert.deepEqual((await must(tally.get('analytics', viewer))).items, []);
});

test('a DASH player that stays with its first address is one viewer', async (t) => {
  const { tally, live } = await onAir(t);
  const manifest = await must(tally.get('cdn', '/live/ch_001/manifest.mpd'));
  assert.match(manifest, /<Location>manifest\.mpd\?sid=[^<]*&amp;tk=/);
  for (let i = 0; i < 4; ++i) {
    await run('curl', [
      '-sf',
      '-A',
      'Lavf/59',
      '-o',
      '/dev/null',
      tally.url('cdn', '/live/ch_001/manifest.mpd'),
    ]);
    await delay(800);
  }
  await viewersAre(tally, live, 1, 2);
  assert.equal((await realtime(tally, live)).byProtocol.dash, 1);
});

test('viewers that rebuffer raise an alert of their broadcast', async (t) => {
  const { tally, live } = await onAir(t);
  const reporters = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const { address } = await hlsPlayer(tally, AbortSignal.abort());
      return new Reporter(tally, viewOf(address));
    }),
  );
  const all = (keys) => Promise.all(reporters.map((reporter) => reporter.send(keys)));
  await all('sta=p,e=ps,msd=450');
  await viewersAre(tally, live, 60, 5);
  await all('sta=p,e=t,com.tally-plms=900,com.tally-rbms=300');
  const alert = await until('the alert', async () => {
    const { items } = await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}/alerts`));
    return items.find(({ code }) => code === 'buffering_rate_high');
  });
  assert.equal(alert.severity, 'critical');
  assert.equal(alert.category, 'qoe');
  assert.match(alert.message, /spend 25\.0 % of their time/);
});

test('what viewers sign of themselves is in the demographics, and a crowd from one address is suspected', async (t) => {
  const { tally, live } = await onAir(t, { TALLY_SERVER_TRUSTED_PROXIES: '127.0.0.1' });
  const watch = async (url, headers) => {
    const master = await (await fetch(url, { headers })).text();
    const address = master.split('\n').find((line) => line && !line.startsWith('#'));
    await (await fetch(new URL(address, url), { headers })).text();
  };
  const declare = async (viewer) => {
    const body = { channelId: 'ch_001', viewer, consent: true };
    const { token } = await must(tally.post('cdn', '/api/cdn/sign', body));
    await watch(tally.url('cdn', `/live/ch_001/playlist.m3u8?token=${token}`));
  };
  const withoutConsent = { channelId: 'ch_001', viewer: { ageBand: '18-24' } };
  assert.equal((await tally.post('cdn', '/api/cdn/sign', withoutConsent)).status, 400);
  for (let i = 0; i < 12; ++i) await declare({ ageBand: '18-24', gender: 'female', language: 'hi' });
  for (let i = 0; i < 3; ++i) await declare({ ageBand: '25-34', language: 'hi' });
  for (let i = 0; i < 5; ++i) await watch(tally.url('cdn', '/live/ch_001/playlist.m3u8'));
  await viewersAre(tally, live, 20, 4);
  const said = await must(
    tally.get('analytics', `/api/analytics/broadcasts/${live.broadcast.id}/demographics`),
  );
  assert.equal(said.declaredViewers, 15);
  assert.equal(said.unknownViewers, 5);
  assert.equal(said.coverage, 0.75);
  assert.deepEqual(said.age, [{ band: '18-24', viewers: 12, share: 0.8 }]);
  assert.deepEqual(said.gender, [{ value: 'female', viewers: 12, share: 0.8 }]);
  assert.deepEqual(said.language, [{ value: 'hi', viewers: 15, share: 1 }]);
  assert.equal(said.suppressedCells, 1, 'three are too few to be shown');

  // At most three a minute on each of the server's threads are anybody's.
  for (let i = 0; i < 40; ++i)
    await watch(tally.url('cdn', '/live/ch_001/playlist.m3u8'), { 'X-Forwarded-For': '8.8.8.8' });
  const now = await until('all are counted', async () => {
    const seen = await realtime(tally, live);
    return seen.currentViewers === 60 && seen;
  });
  assert.ok(now.filtered.suspectViewers >= 10, `${now.filtered.suspectViewers} are suspected`);
});
