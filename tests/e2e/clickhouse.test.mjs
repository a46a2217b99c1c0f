// Analytics on a ClickHouse that goes away and comes back: what was acknowledged is counted in the end, once, and
// nobody's stream notices.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { goLive, must, runTally, startTally, streamIs, until } from './harness.mjs';
import { encode } from './media.mjs';

const tool = fileURLToPath(new URL('../../tools/clickhouse', import.meta.url));

/** A ClickHouse of this test's own, to stop and start. */
class ClickHouse {
  directory = mkdtempSync(join(tmpdir(), 'tally-clickhouse-'));

  constructor(t) {
    t.after(() => {
      this.stop();
      rmSync(this.directory, { recursive: true, force: true });
    });
    this.start();
  }

  start() {
    this.url = this.run('start').trim();
  }

  stop() {
    this.run('stop');
  }

  run(action) {
    return execFileSync(tool, [action, this.directory], { encoding: 'utf8' });
  }
}

/** A player that reports. */
class Viewer {
  sequence = 0;
  played = 0;

  async join(tally) {
    const response = await fetch(tally.url('cdn', '/live/ch_001/playlist.m3u8'));
    const address = (await response.text()).split('\n').find((line) => line && !line.startsWith('#'));
    const query = new URL(address, 'http://tally').searchParams;
    this.view = `v=2,sid="${query.get('sid')}",cid="${query.get('cid')}",com.tally-tk="${query.get('tk')}"`;
    return this;
  }

  /** Another second was played. */
  async report(tally, state = 'p') {
    this.played += 1000;
    const record = `${this.view},sn=${++this.sequence},ts=${Date.now()},sta=${state},e=t,com.tally-plms=${this.played}\n`;
    const { status } = await fetch(tally.url('analytics', '/api/analytics/collect'), {
      method: 'POST',
      body: record,
    });
    assert.equal(status, 204, record);
  }
}

test('a ClickHouse that goes away costs neither streams nor what was acknowledged, even with kill -9', async (t) => {
  const clickhouse = new ClickHouse(t);
  const { password } = new URL(clickhouse.url);
  const tally = await startTally(t, { TALLY_ANALYTICS_URL: clickhouse.url });
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await streamIs(tally, live, 'active');
  const plays = () =>
    until('it plays', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  await plays();
  const ask = (path) => tally.get('analytics', `/api/analytics/broadcasts/${live.broadcast.id}${path}`);
  const viewers = await Promise.all(Array.from({ length: 20 }, () => new Viewer().join(tally)));
  const report = () => Promise.all(viewers.map((viewer) => viewer.report(tally)));
  await report();
  const before = await until('a summary', async () => {
    const { summary } = await must(ask(''));
    return summary.totalViews === 20 && summary;
  });
  assert.equal(before.watchTimeSeconds, 20);

  clickhouse.stop();
  await report();
  const away = await until('an answer that there is none', async () => {
    const answer = await ask('/quality');
    return answer.status === 503 && answer;
  });
  assert.equal(away.json.code, 'analytics_unavailable');
  assert.ok(away.headers.get('retry-after'));
  assert.equal((await must(ask('/viewers/realtime'))).currentViewers, 20, 'live counts need no store');

  await tally.crashAndRestart();
  encode(t, live.stream.publishUrl);
  await plays();
  await report();
  assert.equal((await ask('/viewers/realtime')).status, 503, 'what was counted before is not known yet');

  clickhouse.start();
  await until('the audience is back', async () => {
    const answer = await ask('/viewers/realtime');
    return answer.ok && answer.json.totalViews === 20;
  });
  await report();
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  await until('every second is counted once', async () => {
    const { summary } = await must(ask(''));
    assert.ok(summary.totalViews <= 20 && summary.watchTimeSeconds <= 80, JSON.stringify(summary));
    return summary.totalViews === 20 && summary.watchTimeSeconds === 80;
  });

  await tally.stop();
  assert.ok(!tally.logText().includes(password), 'the password is in the log');
  const printed = await runTally(['config', 'print'], { TALLY_ANALYTICS_URL: clickhouse.url });
  assert.match(printed.out, /clickhouse:\/\/tally:\*\*\*@127\.0\.0\.1/);
  assert.ok(!printed.out.includes(password));
  for (const name of readdirSync(clickhouse.directory).filter((entry) => /log|errors/.test(entry)))
    assert.ok(!readFileSync(join(clickhouse.directory, name), 'latin1').includes(password), name);
});

test('an address of no ClickHouse is one clear line, without the password', async () => {
  const { code, err } = await runTally(['config', 'check'], {
    TALLY_ANALYTICS_URL: 'mysql://ann:hunter2@db/x',
  });
  assert.equal(code, 1);
  assert.match(err, /^tally: analytics\.url: must be "clickhouse:/);
  assert.ok(!err.includes('hunter2'));
});
