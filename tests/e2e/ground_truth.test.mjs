// The numbers are the audience's: 500 scripted viewers report over a bad network, the program is killed in the
// middle, and every figure has to be the one that the script gives.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { groupBy, makeAudience, networks, quantile, randomNumbers, truthOf } from './audience_script.mjs';
import { goLive, must, startTally, streamIs, until } from './harness.mjs';
import { encode } from './media.mjs';
import { mmdb } from './mmdb.mjs';

const size = 500;

function near(actual, expected, tolerance, what) {
  const difference = Math.abs(actual - expected);
  assert.ok(
    difference <= tolerance * Math.max(Math.abs(expected), 1e-9) + 1e-9,
    `${what}: ${actual}, not ${expected}`,
  );
}

function between(actual, [least, most], what) {
  assert.ok(actual > least - 0.1 && actual < most + 0.1, `${what}: ${actual}, not ${least} to ${most}`);
}

function geoDatabase() {
  const file = join(tmpdir(), `tally-places-${process.pid}.mmdb`);
  const known = Object.entries(networks).filter(([, country]) => country);
  writeFileSync(
    file,
    mmdb(Object.fromEntries(known.map(([net, code]) => [`${net}.0/24`, { country: { iso_code: code } }]))),
  );
  return file;
}

function filesOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((name) => name.includes('analytics'))
    .map((name) => ({ name, text: readFileSync(name, 'latin1') }));
}

/** What a ClickHouse holds, where it is the store. */
async function tablesOf(url) {
  if (!url) return [];
  const { username, password, host, pathname } = new URL(url);
  const database = pathname.slice(1);
  const headers = { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password };
  const query = async (statement) => {
    const response = await fetch(`http://${host}/?database=${database}`, {
      method: 'POST',
      headers,
      body: statement,
    });
    return must({ ...response, ok: response.ok, status: response.status, text: await response.text() });
  };
  const names = (await query('show tables')).trim().split('\n');
  return Promise.all(names.map(async (name) => ({ name, text: await query(`select * from ${name}`) })));
}

/** Sends a viewer's reports: some twice, some late and out of order, some never. */
class Sender {
  delivered = 0;

  constructor(tally, viewer, random) {
    Object.assign(this, { tally, viewer, random, next: 0, late: [] });
  }

  headers() {
    return { 'User-Agent': this.viewer.userAgent, 'X-Forwarded-For': this.viewer.address };
  }

  /** The view and the right to report on it, from the first playlist. */
  async join() {
    const response = await fetch(this.tally.url('cdn', '/live/ch_001/playlist.m3u8'), {
      headers: this.headers(),
    });
    const master = await response.text();
    const address = master.split('\n').find((line) => line && !line.startsWith('#'));
    const query = new URL(address, 'http://tally').searchParams;
    this.view = `v=2,sid="${query.get('sid')}",cid="${query.get('cid')}",com.tally-tk="${query.get('tk')}"`;
    this.token = query.get('tk');
    this.sid = query.get('sid');
  }

  /** Until it is acknowledged: what was not is sent again, as players do. */
  async send(record) {
    for (let attempt = 0; attempt < 100; ++attempt) {
      try {
        const response = await fetch(this.tally.url('analytics', '/api/analytics/collect'), {
          method: 'POST',
          headers: this.headers(),
          body: record,
        });
        if (response.status === 204) return;
        assert.ok([429, 503].includes(response.status), `answered ${response.status}: ${record}`);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
      await delay(100);
    }
    assert.fail(`never acknowledged: ${record}`);
  }

  async sendNext() {
    const number = this.next++;
    const { text, lossy } = this.viewer.reports[number];
    const viewer = `com.tally-vid="${this.viewer.id}"`;
    const record = `${this.view},sn=${number + 1},ts=${Date.now()},${viewer},${text}\n`;
    if (lossy && this.random() < 0.2) return;
    if (number > 1 && this.random() < 0.1) {
      this.late.push(record);
      return;
    }
    await this.send(record);
    if (this.random() < 0.1) await this.send(record);
    if (this.random() < 0.5) await this.sendLate();
  }

  async sendLate() {
    for (const record of this.late.splice(0)) await this.send(record);
  }

  async sendAll(last) {
    while (this.next < last) await this.sendNext();
    await this.sendLate();
  }
}

test('what 500 scripted viewers did is what every endpoint says, through loss, disorder and kill -9', async (t) => {
  const random = randomNumbers(4);
  const tally = await startTally(t, {
    TALLY_SERVER_TRUSTED_PROXIES: '127.0.0.1',
    TALLY_ANALYTICS_GEO_DATABASE: geoDatabase(),
  });
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  await until('a playlist', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  const ask = (path) => must(tally.get('analytics', `/api/analytics/broadcasts/${live.broadcast.id}${path}`));
  const watching = async (count, seconds) =>
    until(`${count} viewers`, async () => (await ask('/viewers/realtime')).currentViewers === count, seconds);

  const viewers = makeAudience(size, random);
  const senders = viewers.map((viewer) => new Sender(tally, viewer, random));
  const started = viewers.filter((viewer) => viewer.started);
  const everyone = (work) => Promise.all(senders.map(work));
  await everyone((sender) => sender.join());
  await everyone((sender) => sender.sendAll(Math.min(2, sender.viewer.reports.length)));
  const truth = truthOf(viewers);
  await watching(truth.uniques, 3);

  const half = everyone((sender) => sender.sendAll(Math.ceil(sender.viewer.reports.length / 2)));
  await delay(150);
  await tally.crashAndRestart();
  await half;
  await everyone((sender) => sender.sendAll(sender.viewer.reports.length));
  await watching(truth.uniques, 3);
  const likers = senders.filter((sender) => sender.viewer.started).slice(0, 60);
  for (const { sid, token } of likers)
    await must(
      tally.post('analytics', `/api/analytics/broadcasts/${live.broadcast.id}/engagement`, {
        type: 'like',
        sid,
        token,
      }),
    );

  await delay(1000); // who leaves within a second of waiting has not waited
  viewers.forEach((viewer) => viewer.leave());
  await everyone((sender) => sender.sendAll(sender.viewer.reports.length));
  const crashed = new Set(viewers.filter((viewer) => viewer.exit === 'crash').map((viewer) => viewer.id));
  await watching(crashed.size, 3);
  const now = await ask('/viewers/realtime');
  assert.equal(now.peakViewers, truth.uniques);
  assert.equal(now.uniqueViewers, truth.uniques);
  assert.equal(now.totalViews, truth.views);
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));

  const all = truthOf(viewers);
  const { summary } = await ask('');
  const quality = await ask('/quality');
  await t.test('summary', () => {
    assert.equal(summary.totalViews, all.views);
    assert.equal(summary.uniqueViewers, all.uniques);
    assert.equal(summary.peakViewers, all.uniques);
    near(summary.watchTimeSeconds, all.playSeconds, 1e-6, 'watch time');
    near(summary.averageWatchTime, all.playSeconds / all.views, 1e-3, 'average watch time');
    near(summary.medianWatchTime, quantile(all.plays, 0.5), 0.0101, 'median watch time');
    near(summary.bufferingRate, all.bufferingRate, 1e-3, 'buffering rate');
    assert.equal(summary.rebufferCount, all.rebuffers);
    near(summary.averageBitrate, all.bitrate, 1e-3, 'bitrate');
  });
  await t.test('quality', () => {
    assert.equal(quality.rebufferCount, all.rebuffers);
    assert.equal(quality.microStalls, all.microStalls);
    near(quality.viewsWithRebuffering, all.withRebuffers / all.views, 1e-3, 'views with rebuffering');
    for (const [name, q] of Object.entries({ p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 }))
      near(quality.startupTime[name], quantile(all.startups, q), 0.0101, `startup ${name}`);
    assert.equal(quality.startupTime.samples, all.views);
    near(quality.rebufferDurationMs.p50, quantile(all.stalls, 0.5), 0.0151, 'rebuffer p50');
    near(quality.rebufferDurationMs.p95, quantile(all.stalls, 0.95), 0.0151, 'rebuffer p95');
    near(quality.latency.p50, quantile(all.latencies, 0.5) / 1000, 0.0101, 'latency');
    assert.equal(quality.qualitySwitches.up, all.up);
    assert.equal(quality.qualitySwitches.down, all.down);
    near(quality.droppedFrameRatio, all.droppedRatio, 1e-2, 'dropped frames');
    near(quality.errorRate, all.withErrors / all.attempts, 1e-3, 'error rate');
    near(quality.playbackFailureRate, all.failures / all.attempts, 1e-3, 'failures');
    near(quality.exitBeforeVideoStartRate, all.waited / all.attempts, 1e-3, 'exits before start');
    for (const code of ['hls.fragLoadTimeOut', 'decoder'])
      assert.equal(quality.errors.find((each) => each.code === code)?.count, all.errors(code), code);
    const whole = all.renditions.reduce((total, { play }) => total + play, 0);
    for (const { name, play } of all.renditions)
      near(quality.resolutionShare.find((each) => each.name === name).share, play / whole, 1e-3, name);
  });
  await t.test('the experience score', () => {
    const { playbackSuccess, smoothness, videoQuality, startup, scoredViews } = quality.scores;
    assert.equal(scoredViews, all.attempts);
    near(playbackSuccess, all.scores.playbackSuccess, 2e-3, 'playback success');
    near(smoothness, all.scores.smoothness, 2e-3, 'smoothness');
    near(videoQuality, all.scores.videoQuality, 2e-3, 'video quality');
    between(startup, all.scores.startup, 'startup');
    between(quality.viewerExperienceScore, all.scores.total, 'the score');
    assert.equal(summary.viewerExperienceScore, quality.viewerExperienceScore);
  });
  await t.test('geography', async () => {
    const { items, unknown } = await ask('/geography');
    for (const [country, group] of groupBy(started, (viewer) => viewer.country)) {
      const row = country ? items.find((item) => item.country === country) : unknown;
      const expected = truthOf(group);
      assert.equal(row.viewers, expected.uniques, country);
      if (!country) continue;
      assert.equal(row.views, expected.views, country);
      near(row.watchTimeSeconds, expected.playSeconds, 1e-6, country);
    }
  });
  await t.test('a part of the audience', async () => {
    const india = viewers.filter((viewer) => viewer.country === 'IN' && viewer.device === 'mobile');
    const expected = truthOf(india);
    const part = (await ask('?filter=country:IN,device:mobile')).summary;
    assert.equal(part.totalViews, expected.views);
    assert.equal(part.uniqueViewers, expected.uniques);
    assert.equal(part.rebufferCount, expected.rebuffers);
    near(part.watchTimeSeconds, expected.playSeconds, 1e-6, 'watch time');
  });
  await t.test('devices', async () => {
    const { byType } = await ask('/devices');
    for (const [device, group] of groupBy(started, (viewer) => viewer.device)) {
      const row = byType.find((each) => each.name === device);
      const expected = truthOf(group);
      assert.equal(row.views, expected.views, device);
      assert.equal(row.viewers, expected.uniques, device);
      near(row.startupP95, quantile(expected.startups, 0.95), 0.0151, device);
    }
  });
  await t.test('engagement, watch time and series', async () => {
    const engagement = await ask('/engagement');
    assert.equal(engagement.interactions.likes, likers.length);
    assert.equal(engagement.engagedViewers, new Set(likers.map(({ viewer }) => viewer.id)).size);
    const time = await ask('/watch-time');
    near(time.watchTimeSeconds, all.playSeconds, 1e-6, 'watch time');
    assert.equal(
      time.distribution.reduce((total, { views }) => total + views, 0),
      all.views,
    );
    for (const [name, q] of Object.entries({ p10: 0.1, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, p99: 0.99 }))
      near(time.percentiles[name], quantile(all.plays, q), 0.0151, `watch time ${name}`);
    const sumOf = (name) => time.retention.reduce((total, bucket) => total + bucket[name], 0);
    assert.equal(sumOf('joins'), all.views);
    assert.equal(sumOf('leaves'), all.goodbyes);
    assert.ok(time.retention.every(({ retention }) => retention >= 0 && retention <= 1));
    const series = await ask('/viewers/timeseries?interval=10s');
    assert.equal(series.peak.viewers, all.uniques);
    assert.equal(Math.max(...series.points.map((point) => point?.peakViewers ?? 0)), all.uniques);
    const demographics = await ask('/demographics');
    assert.equal(demographics.coverage, 0, 'nobody declared anything');
  });
  await t.test('nothing that was kept names a viewer, an address or a token', async () => {
    await tally.stop();
    const secrets = [
      /viewer-\d+@example\.com/,
      ...Object.keys(networks).map((net) => new RegExp(`${net.replaceAll('.', '\\.')}\\.[1-9]`)),
    ];
    const tokens = senders.slice(0, 50).flatMap(({ token, sid }) => [token, sid]);
    const dumps = [...filesOf(tally.data), ...(await tablesOf(tally.environment.TALLY_ANALYTICS_URL))];
    assert.ok(dumps.some(({ text }) => text.includes(live.broadcast.id)));
    for (const { name, text } of dumps) {
      for (const secret of secrets) assert.ok(!secret.test(text), `${name} has ${secret}`);
      for (const token of tokens) assert.ok(!text.includes(token), `${name} has a token`);
    }
  });
});
