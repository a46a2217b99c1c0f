// What is said of time: who watched when, what part of the broadcast was seen by how many, and where they left,
// as the script of a minute says it. Nobody in it comes or goes near the edge of a bucket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { goLive, must, startTally, streamIs, until } from '../e2e/harness.mjs';
import { encode } from '../e2e/media.mjs';

const bucket = 10_000; // ms
const behind = 2000; // ms of media, that live viewers are
const length = 55; // seconds from the first bucket to the end

const rewinding = 'Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 Version/6.0 TV Safari/537.36';

/** Who there is: joins at `from`, leaves at `to`, in seconds; `rest`: paused meanwhile; `rewind`: at that time, by 20 s. */
const roles = {
  stayers: { count: 10, from: 4.5, kbps: 2500 },
  leavers: { count: 8, from: 4.5, to: 25, kbps: 800 },
  latecomers: { count: 6, from: 22.5, kbps: 5000 },
  resters: { count: 4, from: 4.5, rest: [15, 35], kbps: 2500 },
  rewinders: { count: 4, from: 4.5, rewind: 35, kbps: 5000, userAgent: rewinding },
  passers: { count: 5, from: 34.5, to: 41, kbps: 800 },
};

function near(actual, expected, tolerance, what) {
  const difference = Math.abs(actual - expected);
  assert.ok(difference <= tolerance, `${what}: ${actual}, not ${expected} within ${tolerance}`);
}

/** Plays by its role, in real time, and reports once a second; keeps what it did. */
class Viewer {
  played = []; // [from, to): media, in ms since 1970, as often as it was played
  increments = []; // { time, play }
  playMs = 0;
  number = 0;

  constructor(tally, role) {
    Object.assign(this, { tally, role });
  }

  async join() {
    const first = this.tally.url('cdn', '/live/ch_001/playlist.m3u8');
    const response = await fetch(first, { headers: this.headers() });
    const address = (await response.text()).split('\n').find((line) => line && !line.startsWith('#'));
    const query = new URL(address, 'http://tally').searchParams;
    [this.sid, this.token] = [query.get('sid'), query.get('tk')];
    this.view = `v=2,sid="${this.sid}",cid="${query.get('cid')}",com.tally-tk="${this.token}"`;
  }

  headers() {
    return this.role.userAgent ? { 'User-Agent': this.role.userAgent } : {};
  }

  async report(state, more = '') {
    const time = Date.now();
    if (this.state === 'p') this.play(time);
    this.state = state;
    this.last = time;
    const record =
      `${this.view},sn=${++this.number},ts=${time},sf=h,sta=${state},br=(${this.role.kbps}),` +
      `ltc=${behind},pt=${time - behind - (this.back ?? 0)},com.tally-plms=${this.playMs}${more}\n`;
    const response = await fetch(this.tally.url('analytics', '/api/analytics/collect'), {
      method: 'POST',
      headers: this.headers(),
      body: record,
    });
    assert.equal(response.status, 204);
    return time;
  }

  play(time) {
    const playhead = time - behind - (this.back ?? 0);
    this.played.push([playhead - (time - this.last), playhead]);
    this.increments.push({ time, play: time - this.last });
    this.playMs += time - this.last;
  }

  /** From `start`, until the end or its own. */
  async run(start) {
    const { from, to = length, rest = [], rewind } = this.role;
    const at = (second) => delay(Math.max(0, start + second * 1000 - Date.now()));
    await this.join();
    await at(from);
    await this.report('s', ',e=ps');
    this.joined = await this.report('p', ',e=ps,msd=100');
    for (let second = from + 1; second < to; ++second) {
      await at(second);
      const resting = second >= rest[0] && second < rest[1];
      // What is left of the second before was played where the playhead was.
      if (rewind && second >= rewind && !this.back) {
        await this.report('p', ',e=t');
        this.back = 20_000;
      } else {
        await this.report(resting ? 'a' : 'p', ',e=t');
      }
    }
    await at(to);
    if (this.role.to) this.left = await this.report('q', ',e=ps');
    else await this.report('p', ',e=t');
  }
}

const sum = (list, of) => list.reduce((total, each) => total + of(each), 0);

/** Media that was played at least once, in ms: in whole buckets, and no more than was played at all. */
function uniqueOf(viewer) {
  const buckets = new Set();
  for (const [from, to] of viewer.played)
    for (let at = Math.floor(from / bucket); at * bucket < to; ++at) buckets.add(at);
  return Math.min(buckets.size * bucket, viewer.playMs);
}

/** How often the viewer played some of the media from `time` on: in each run through it, once. */
function playsOf(viewer, time) {
  const runs = [];
  for (const [from, to] of viewer.played)
    if (Math.abs(from - runs.at(-1)?.[1]) < 1000) runs.at(-1)[1] = to;
    else runs.push([from, to]);
  return runs.filter(([from, to]) => from < time + bucket && to > time).length;
}

test('what is said of every ten seconds is what the script of that time says', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  await until('a playlist', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  const ask = (path) => must(tally.get('analytics', `/api/analytics/broadcasts/${live.broadcast.id}${path}`));
  const engage = ({ sid, token }, type) =>
    must(
      tally.post('analytics', `/api/analytics/broadcasts/${live.broadcast.id}/engagement`, {
        type,
        sid,
        token,
      }),
    );

  const start = Math.ceil((Date.now() + 500) / bucket) * bucket;
  const viewers = Object.values(roles).flatMap((role) =>
    Array.from({ length: role.count }, () => new Viewer(tally, role)),
  );
  const running = Promise.all(viewers.map((viewer) => viewer.run(start)));
  const chatters = viewers.slice(0, 7);
  await delay(start + 13_000 - Date.now());
  for (const viewer of chatters) {
    await engage(viewer, 'chat');
    await engage(viewer, 'reaction');
  }
  await running;
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  const { startedAt, endedAt } = await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`));
  const begin = Date.parse(startedAt);
  const end = Date.parse(endedAt);

  const playMs = sum(viewers, (viewer) => viewer.playMs);
  const watching = (time) =>
    viewers.filter((viewer) => viewer.joined <= time && (viewer.left ?? end) > time).length;
  const buckets = Array.from({ length: Math.ceil((end - start) / bucket) }, (_, i) => start + i * bucket);
  const joinsIn = (time) => viewers.filter(({ joined }) => joined >= time && joined < time + bucket).length;
  const leavesIn = (time) => viewers.filter(({ left }) => left >= time && left < time + bucket).length;
  const joinedBy = (time) => viewers.filter(({ joined }) => joined < time + bucket).length;

  const time = await ask('/watch-time');
  await t.test('retention of each bucket', () => {
    assert.equal(time.retentionIntervalSeconds, bucket / 1000);
    for (const from of buckets) {
      const row = time.retention.find((each) => Date.parse(each.t) === from);
      const what = `second ${(from - start) / 1000}`;
      const seeing = viewers.filter((viewer) => playsOf(viewer, from) > 0).length;
      const plays = sum(viewers, (viewer) => playsOf(viewer, from));
      near(row.mediaTime, (from - begin) / 1000, 0.001, `${what}: media time`);
      assert.equal(row.joins, joinsIn(from), `${what}: joins`);
      assert.equal(row.leaves, leavesIn(from), `${what}: leaves`);
      assert.equal(row.viewers, seeing, `${what}: viewers`);
      near(row.retention, Math.min(1, seeing / joinedBy(from)), 1e-6, `${what}: retention`);
      near(row.audienceWatchRatio, plays / viewers.length, 1e-6, `${what}: watch ratio`);
      near(row.dropOffRate, Math.min(1, leavesIn(from) / seeing), 1e-6, `${what}: drop-off`);
    }
    const others = time.retention.filter(({ t: at }) => !buckets.includes(Date.parse(at)));
    assert.ok(others.every(({ joins, leaves }) => joins === 0 && leaves === 0));
  });
  await t.test('drop-offs', () => {
    const expected = buckets.filter((from) => leavesIn(from) >= 5);
    assert.deepEqual(
      time.dropOffs.map(({ t: at, lost }) => [Date.parse(at), lost]),
      expected.map((from) => [from, leavesIn(from)]),
    );
  });
  await t.test('completion', async () => {
    const lasting = viewers.filter((viewer) => viewer.playMs >= 10_000);
    const shareOf = (viewer) => uniqueOf(viewer) / (end - viewer.joined);
    const completed = lasting.filter((viewer) => shareOf(viewer) >= 0.9).length;
    assert.ok(completed > 0 && completed < lasting.length);
    const available = sum(viewers, (viewer) => end - viewer.joined);
    const viewed = sum(viewers, uniqueOf) / available;
    const { summary } = await ask('');
    for (const answer of [time, summary]) {
      near(answer.completionRate, completed / lasting.length, 1e-6, 'completion rate');
      near(answer.averagePercentViewed, viewed, 0.002, 'part of what could be seen');
    }
    const rewinders = viewers.filter(({ role }) => role.rewind);
    const part = sum(rewinders, uniqueOf) / sum(rewinders, ({ joined }) => end - joined);
    const answers = [await ask('/watch-time?filter=device:tv'), (await ask('?filter=device:tv')).summary];
    for (const answer of answers) {
      near(answer.averagePercentViewed, part, 0.002, 'part that those who rewound have seen');
      assert.equal(answer.completionRate, 0, 'and not the whole');
      near(
        answer.watchTimeSeconds,
        sum(rewinders, ({ playMs: play }) => play) / 1000,
        1e-3,
        'what they played',
      );
    }
    assert.equal(answers[0].views, rewinders.length);
  });
  await t.test('the series', async () => {
    const series = await ask('/viewers/timeseries?interval=10s');
    for (const from of buckets.slice(0, -1)) {
      const point = series.points.find((each) => Date.parse(each.t) === from);
      const what = `second ${(from - start) / 1000}`;
      const counts = Array.from({ length: 100 }, (_, i) => watching(from + 100 * i + 50));
      const moved = joinsIn(from) + leavesIn(from);
      // Counted once a second: who came or went is seen within two.
      near(point.viewers, sum(counts, (count) => count) / 100, moved * 0.2, `${what}: average`);
      assert.equal(point.peakViewers, Math.max(...counts), `${what}: peak`);
      assert.equal(point.minViewers, Math.min(...counts), `${what}: least`);
      assert.equal(point.joins, joinsIn(from), `${what}: joins`);
      assert.equal(point.leaves, leavesIn(from), `${what}: leaves`);
      assert.equal(point.uniqueViewersCumulative, joinedBy(from), `${what}: viewers so far`);
    }
    const turns = viewers.map((viewer) => watching(viewer.joined + 1000));
    assert.equal(series.peak.viewers, Math.max(...turns));
  });
  await t.test('the series of minutes', async () => {
    const { points } = await ask('/viewers/timeseries?interval=1m');
    const known = points.filter((point) => point.watchTimeSeconds !== null);
    near(
      sum(known, (point) => point.watchTimeSeconds),
      playMs / 1000,
      1e-3,
      'watch time in all',
    );
    for (const point of known) {
      const from = Date.parse(point.t);
      const within = viewers.flatMap(({ increments, role }) =>
        increments
          .filter((each) => each.time >= from && each.time < from + 60_000)
          .map((each) => ({ ...each, role })),
      );
      // What was reported while the minute ended may be in either.
      near(point.watchTimeSeconds, sum(within, ({ play }) => play) / 1000, viewers.length * 1.2, point.t);
      const kbps = sum(within, ({ play, role }) => play * role.kbps) / sum(within, ({ play }) => play);
      near(point.averageBitrate, kbps, 0.05 * kbps, `${point.t}: bitrate`);
      assert.equal(point.bufferingRate, 0);
    }
  });
  await t.test('averages over the whole', async () => {
    const { summary } = await ask('');
    const liveSeconds = (end - begin) / 1000;
    const viewerSeconds = sum(viewers, (viewer) => (viewer.left ?? end) - viewer.joined) / 1000;
    near(summary.watchTimeSeconds, playMs / 1000, 1e-3, 'watch time');
    near(summary.averageViewersByWatchTime, playMs / 1000 / liveSeconds, 0.01, 'average by watch time');
    // Each arrival and each leave is seen within two seconds.
    const unseen = (2 * 2 * viewers.length) / liveSeconds;
    near(summary.averageViewers, viewerSeconds / liveSeconds, unseen, 'average');
    assert.equal(summary.interactions, 2 * chatters.length);
    const engagement = await ask('/engagement');
    near(engagement.chatRatePerMinute, chatters.length / (liveSeconds / 60), 1e-3, 'chats a minute');
    near(
      engagement.interactionsPerViewerMinute,
      (2 * chatters.length) / (playMs / 60_000),
      1e-3,
      'interactions',
    );
    assert.equal(engagement.moments.length, 1);
    assert.equal(engagement.moments[0].interactions, 2 * chatters.length);
    assert.equal(Date.parse(engagement.moments[0].t), start + bucket);
    assert.deepEqual(
      engagement.series.points.map(({ interactions, engagedViewers }) => [interactions, engagedViewers]),
      [[2 * chatters.length, chatters.length]],
    );
    assert.deepEqual(
      [engagement.interactions.chat, engagement.interactions.reactions],
      [chatters.length, chatters.length],
    );
  });
  await t.test('the bitrates that were on', async () => {
    const quality = await ask('/quality');
    near(
      quality.averageBitrate,
      sum(viewers, ({ playMs: play, role }) => play * role.kbps) / playMs,
      0.1,
      'bitrate',
    );
    assert.equal(quality.views, viewers.length);
    assert.equal(quality.bufferingRate, 0);
  });
});
