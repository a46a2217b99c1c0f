// The numbers are the audience's: 500 scripted viewers report over a bad network, the program is killed in the
// middle, and every figure has to be the one that the script gives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  groupBy,
  makeAudience,
  networks,
  quantile,
  randomNumbers,
  truthOf,
  weightedQuantile,
} from './audience_script.mjs';
import { Sender } from './audience_sender.mjs';
import { geoDatabase } from './geo_database.mjs';
import { goLive, must, startTally, streamIs, until } from './harness.mjs';
import { encode } from './media.mjs';
import { between, near, nearGroup } from './near.mjs';
import { filesOf, tablesOf } from './stored_analytics.mjs';

const size = 500;

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
  encode(t, live.stream.publishUrl); // that of before went down with the program
  await streamIs(tally, live, 'active');
  await until('media', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  await everyone((sender, index) => sender.watch(1 + (index % 3)));
  const delivered = senders.reduce((total, sender) => total + sender.delivered, 0);
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
  const engaged = new Set(likers.map(({ viewer }) => viewer.id)).size;
  const { summary, top, coverage } = await ask('');
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
    assert.equal(summary.attempts, all.attempts);
    near(summary.rebufferCountPerView, all.rebuffers / all.views, 1e-4, 'rebuffers per view');
    near(summary.startupTime.p50, quantile(all.startups, 0.5), 0.0101, 'startup p50');
    near(summary.startupTime.p95, quantile(all.startups, 0.95), 0.0101, 'startup p95');
    near(summary.latency.p50, quantile(all.latencies, 0.5) / 1000, 0.0101, 'latency p50');
    near(summary.latency.p95, quantile(all.latencies, 0.95) / 1000, 0.0101, 'latency p95');
    near(summary.playbackFailureRate, all.failures / all.attempts, 1e-4, 'failures');
    near(summary.exitBeforeVideoStartRate, all.waited / all.attempts, 1e-4, 'exits before start');
    assert.equal(summary.egressBytes, delivered);
    assert.equal(coverage.beacon, 1);
    assert.equal(coverage.edge, 1);
    assert.equal(summary.interactions, likers.length);
    near(summary.engagementRate, engaged / all.uniques, 1e-4, 'engagement rate');
    for (const { type, share } of top.devices)
      near(share, truthOf(viewers.filter((viewer) => viewer.device === type)).views / all.views, 1e-4, type);
    for (const { country, share } of top.countries)
      near(
        share,
        truthOf(viewers.filter((viewer) => viewer.country === country)).views / all.views,
        1e-4,
        country,
      );
    assert.equal(top.countries.length, 3);
  });
  await t.test('quality', () => {
    assert.equal(quality.views, all.views);
    assert.equal(quality.attempts, all.attempts);
    near(quality.bufferingRate, all.bufferingRate, 1e-4, 'buffering rate');
    assert.equal(quality.rebufferCount, all.rebuffers);
    near(quality.rebufferCountPerView, all.rebuffers / all.views, 1e-4, 'rebuffers per view');
    near(
      quality.rebufferFrequencyPerHour,
      all.rebuffers / (all.playSeconds / 3600),
      1e-4,
      'rebuffers per hour',
    );
    assert.equal(quality.microStalls, all.microStalls);
    near(quality.averageBitrate, all.bitrate, 1e-4, 'bitrate');
    for (const [name, q] of Object.entries({ p5: 0.05, p50: 0.5, p95: 0.95 }))
      near(quality.bitrate[name], weightedQuantile(all.bitrates, q), 0.0101, `bitrate ${name}`);
    const kbps = (delivered * 8) / (all.playSeconds * 1000);
    assert.ok(Math.abs(quality.deliveredBitrate - kbps) <= 0.051, 'delivered bitrate'); // of one digit
    for (const [name, q] of Object.entries({ p5: 0.05, p50: 0.5 }))
      near(
        quality.measuredThroughput[name],
        weightedQuantile(all.throughputs, q),
        0.0101,
        `throughput ${name}`,
      );
    const switches = (all.up + all.down) / (all.playSeconds / 3600);
    near(quality.qualitySwitches.perViewHour, switches, 1e-4, 'switches per hour');
    near(quality.latency.p95, quantile(all.latencies, 0.95) / 1000, 0.0101, 'latency p95');
    near(quality.videoStartFailureRate, 0, 0, 'failed starts');
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
    for (const code of ['hls.fragLoadTimeOut', 'decoder']) {
      const row = quality.errors.find((each) => each.code === code);
      assert.equal(row.count, all.errors(code), code);
      assert.equal(row.views, all.viewsWithError(code), code);
      assert.equal(row.fatal, code === 'decoder', code);
      near(row.share, all.viewsWithError(code) / all.attempts, 1e-4, code);
    }
    for (const { dimension, value, views, bufferingRate, impact } of quality.worst) {
      if (!['country', 'device'].includes(dimension)) continue;
      const group = truthOf(viewers.filter((viewer) => viewer[dimension] === value));
      assert.equal(views, group.attempts, value);
      near(bufferingRate, group.bufferingRate, 1e-4, value);
      const distance = group.attempts * (group.bufferingRate - all.bufferingRate);
      assert.ok(Math.abs(impact - distance) <= 0.051, `${value}: ${impact}, not ${distance}`); // of one digit
    }
    assert.ok(quality.worst.length > 0);
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
    const { items, unknown, other } = await ask('/geography');
    for (const [country, group] of groupBy(viewers, (viewer) => viewer.country)) {
      const row = country ? items.find((item) => item.country === country) : unknown;
      const expected = truthOf(group);
      assert.equal(row.viewers, expected.uniques, country);
      near(row.share, expected.uniques / all.uniques, 1e-4, `${country} share`);
      if (!country) continue;
      nearGroup(row, expected, country);
      assert.equal(row.peakViewers, expected.uniques, country);
    }
    assert.deepEqual(other, { viewers: 0, cells: 0 });
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
    const { byType, byOs, byProtocol, unknown } = await ask('/devices');
    const systems = { desktop: 'Windows', mobile: 'iOS', tablet: 'iOS', tv: 'Tizen' };
    for (const [rows, nameOf] of [
      [byType, (viewer) => viewer.device],
      [byOs, (viewer) => systems[viewer.device]],
    ])
      for (const [name, group] of groupBy(viewers, nameOf)) {
        const row = rows.find((each) => each.name === name);
        const expected = truthOf(group);
        nearGroup(row, expected, name);
        near(row.share, expected.views / all.views, 1e-4, `${name} share`);
      }
    assert.equal(byProtocol.length, 1);
    assert.equal(byProtocol[0].name, 'hls');
    nearGroup(byProtocol[0], all, 'hls');
    assert.equal(unknown.viewers, 0);
  });
  await t.test('engagement, watch time and series', async () => {
    const engagement = await ask('/engagement');
    assert.equal(engagement.interactions.likes, likers.length);
    assert.equal(engagement.interactions.total, likers.length);
    assert.equal(engagement.engagedViewers, engaged);
    assert.equal(engagement.uniqueViewers, all.uniques);
    near(engagement.engagementRate, engaged / all.uniques, 1e-4, 'engagement rate');
    near(
      engagement.interactionsPerViewerMinute,
      likers.length / (all.playSeconds / 60),
      1e-4,
      'interactions',
    );
    near(engagement.averageWatchTime, all.playSeconds / all.views, 1e-4, 'average watch time');
    assert.equal(
      engagement.series.points.reduce((total, { interactions }) => total + interactions, 0),
      likers.length,
    );
    assert.equal(engagement.returningViewerRate, 0, 'it is the first broadcast');
    const time = await ask('/watch-time');
    assert.equal(time.views, all.views);
    near(time.watchTimeSeconds, all.playSeconds, 1e-6, 'watch time');
    near(time.averageWatchTime, all.playSeconds / all.views, 1e-4, 'average watch time');
    near(time.medianWatchTime, quantile(all.plays, 0.5), 0.0101, 'median watch time');
    for (const { from, to, views, share } of time.distribution) {
      const within = all.plays.filter((play) => play >= from && play < (to ?? Infinity)).length;
      assert.equal(views, within, `from ${from} s`);
      near(share, within / all.views, 1e-4, `from ${from} s`);
    }
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
    assert.equal(demographics.declaredViewers, 0);
    assert.equal(demographics.unknownViewers, all.uniques);
    const cumulative = series.points.map((point) => point.uniqueViewersCumulative ?? 0);
    assert.equal(cumulative.at(-1), all.uniques);
    assert.ok(cumulative.every((count, i) => i === 0 || count >= cumulative[i - 1]));
  });
  await t.test('the channel and its ranking', async () => {
    const channel = await must(tally.get('analytics', '/api/analytics/channels/ch_001?window=28d'));
    assert.equal(channel.broadcasts, 1);
    assert.equal(channel.totals.uniqueViewers, all.uniques);
    assert.equal(channel.totals.totalViews, all.views);
    assert.equal(channel.totals.interactions, likers.length);
    near(channel.totals.watchTimeSeconds, all.playSeconds, 1e-6, 'watch time');
    near(channel.averages.averageWatchTime, all.playSeconds / all.views, 1e-3, 'average watch time');
    near(channel.averages.engagementRate, engaged / all.uniques, 1e-4, 'engagement rate');
    assert.equal(channel.averages.peakViewers, all.uniques);
    assert.equal(channel.peakViewers.value, all.uniques);
    assert.equal(channel.peakViewers.broadcastId, live.broadcast.id);
    near(channel.quality.bufferingRate, all.bufferingRate, 1e-4, 'buffering rate');
    near(channel.quality.startupP95, quantile(all.startups, 0.95), 0.0151, 'startup');
    near(channel.quality.playbackFailureRate, all.failures / all.attempts, 1e-4, 'failures');
    near(channel.quality.viewerExperienceScore, summary.viewerExperienceScore, 1e-3, 'score');
    assert.equal(channel.trend.points.length, 1);
    assert.equal(channel.trend.points[0].uniqueViewers, all.uniques);
    const values = {
      peakViewers: all.uniques,
      watchTime: all.playSeconds,
      uniqueViewers: all.uniques,
      engagementRate: engaged / all.uniques,
    };
    for (const [metric, value] of Object.entries(values)) {
      const { items } = await must(tally.get('analytics', `/api/analytics/broadcasts/top?metric=${metric}`));
      assert.equal(items[0].broadcastId, live.broadcast.id);
      near(items[0].value, value, 1e-4, metric);
    }
  });
  await t.test('a later broadcast of the channel beside it', async (t) => {
    const next = await goLive(tally);
    encode(t, next.stream.publishUrl);
    await streamIs(tally, next, 'active');
    await until('a playlist', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
    const others = makeAudience(40, random);
    const again = others.map((viewer) => new Sender(tally, viewer, random));
    await Promise.all(again.map((sender) => sender.join()));
    await Promise.all(again.map((sender) => sender.sendAll(sender.viewer.reports.length)));
    await delay(1200);
    others.forEach((viewer) => viewer.leave());
    await Promise.all(again.map((sender) => sender.sendAll(sender.viewer.reports.length)));
    await must(tally.post('streaming', `/api/streams/${next.stream.id}/stop`));
    const answer = (id, path) => must(tally.get('analytics', `/api/analytics/broadcasts/${id}${path}`));
    const later = truthOf(others);
    const { summary: second } = await answer(next.broadcast.id, '');
    const { returningViewerRate } = await answer(next.broadcast.id, '/engagement');
    assert.equal(returningViewerRate, 1, 'all who watched had been there');

    const path = '/api/analytics/channels/ch_001/compare?window=1broadcasts&baseline=previous';
    const compared = await must(tally.get('analytics', path));
    const durationOf = async ({ broadcast }) => {
      const { startedAt, endedAt } = await must(tally.get('broadcast', `/api/broadcasts/${broadcast.id}`));
      return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
    };
    const figures = async (of, airing, { averageViewers, viewerExperienceScore }, engagement) => ({
      averagePeakViewers: of.uniques,
      averageViewers, // of its own answer, as the score: the script knows them within bounds
      averageUniqueViewers: of.uniques,
      averageTotalViews: of.views,
      averageWatchTime: of.playSeconds / of.views,
      averageWatchTimeSeconds: of.playSeconds,
      engagementRate: engagement,
      bufferingRate: of.bufferingRate,
      playbackFailureRate: of.failures / of.attempts,
      viewerExperienceScore,
      averageDuration: await durationOf(airing),
    });
    const current = await figures(later, next, second, 0);
    const previous = await figures(all, live, summary, engaged / all.uniques);
    for (const [side, expected, of] of [
      [compared.current, current, later],
      [compared.previous, previous, all],
    ]) {
      assert.equal(side.broadcasts, 1);
      assert.equal(side.uniqueViewers, of.uniques);
      for (const [name, value] of Object.entries(expected)) near(side[name], value, 1e-4, name);
    }
    for (const [name, value] of Object.entries(current)) {
      const change = compared.changes[name];
      const before = previous[name];
      near(change.current, value, 1e-4, `${name} now`);
      near(change.previous, before, 1e-4, `${name} before`);
      const tolerance = 1e-4 * (Math.abs(value) + Math.abs(before)) + 1e-6;
      assert.ok(Math.abs(change.delta - (value - before)) <= tolerance, `${name} delta ${change.delta}`);
      const percent = before === 0 ? null : (100 * (value - before)) / before;
      if (percent === null) assert.equal(change.deltaPercent, null, name);
      else assert.ok(Math.abs(change.deltaPercent - percent) <= 0.05, `${name}: ${change.deltaPercent} %`);
      assert.equal(change.direction, change.delta === 0 ? 'flat' : change.delta > 0 ? 'up' : 'down', name);
      assert.deepEqual([change.significant, change.pValue], [null, null], 'of one there is no chance');
    }
    const [row] = compared.broadcasts;
    assert.equal(compared.broadcasts.length, 1);
    assert.equal(row.broadcastId, next.broadcast.id);
    assert.equal(row.peakViewers, later.uniques);
    assert.equal(row.uniqueViewers, later.uniques);
    assert.equal(row.inProgress, false);
    near(row.averageWatchTime, later.playSeconds / later.views, 1e-3, 'average watch time');
    near(row.vsMedianPercent, (100 * (later.uniques - all.uniques)) / all.uniques, 1e-3, 'beside the median');
    assert.equal(row.robustZ, null);
    const channel = await must(tally.get('analytics', '/api/analytics/channels/ch_001?window=28d'));
    assert.equal(channel.broadcasts, 2);
    assert.equal(channel.totals.totalViews, all.views + later.views);
    const watched = (list) => list.filter((viewer) => viewer.started).map((viewer) => viewer.id);
    const known = new Set([...watched(viewers), ...watched(others)]).size;
    assert.equal(channel.totals.uniqueViewers, known);
    near(channel.returningViewerRate, later.uniques / known, 1e-4, 'returning viewers');
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
