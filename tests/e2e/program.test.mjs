// The program as its operator meets it: commands, a clean end, and one clear line when it cannot start.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { goLive, must, runTally, startTally, until } from './harness.mjs';
import { encode, streamsOf } from './media.mjs';

function file(t, name, text) {
  const folder = mkdtempSync(join(tmpdir(), 'tally-config-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const quiet = { TALLY_LOG_LEVEL: 'error' };
const anyPorts = Object.fromEntries(
  ['CONSOLE', 'STREAMING', 'BROADCAST', 'CDN', 'ANALYTICS', 'RTMP'].map((name) => [
    `TALLY_PORTS_${name}`,
    '0',
  ]),
);

function assertOneLine({ code, err }, pattern, expectedCode = 1) {
  assert.equal(code, expectedCode, err);
  const lines = err.trim().split('\n');
  assert.equal(lines.length, 1, err);
  assert.match(lines[0], pattern);
}

test('SIGTERM during a broadcast ends the program with 0 within 5 s and finishes the recording', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await until('the channel plays', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  const { code, seconds } = await tally.stop('SIGTERM');
  assert.equal(code, 0);
  assert.ok(seconds < 5, `took ${seconds} s`);
  await tally.start();
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  assert.ok((await streamsOf(live.vod)).duration > 1.5);
});

test('SIGINT ends an idle program with 0', async (t) => {
  const tally = await startTally(t);
  assert.equal((await tally.stop('SIGINT')).code, 0);
});

test('a stream key is never in the log', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  await encode(t, live.stream.publishUrl, { frames: 30 }).done;
  assert.ok(!tally.logText().includes(live.stream.streamKey));
});

test('the demo plays on ch_001 by itself', async (t) => {
  const tally = await startTally(t, { TALLY_DEMO_ENABLED: 'true' });
  await until('the demo plays', async () =>
    /RESOLUTION=1280x720/.test((await tally.get('cdn', '/live/ch_001/playlist.m3u8')).text),
  );
  const home = await tally.get('console', '/');
  assert.match(home.text, /<video/, 'the address without a path leads to the watch page');
});

test('more clients are served than the files that a shell allows by default', async (t) => {
  const limitFiles = (soft) => execFileSync('prlimit', ['--pid', `${process.pid}`, `--nofile=${soft}:`]);
  const [, own] = readFileSync('/proc/self/limits', 'utf8').match(/Max open files\s+(\d+)/);
  limitFiles(128); // children inherit it
  const tally = await startTally(t).finally(() => limitFiles(own));
  const clients = Array.from({ length: 300 }, () => connect(tally.ports.cdn, '127.0.0.1'));
  t.after(() => clients.forEach((client) => client.destroy()));
  const answers = clients.map(async (client) => {
    client.write('GET /health/live HTTP/1.1\r\nHost: tally\r\n\r\n');
    const [answer] = await once(client, 'data', { signal: AbortSignal.timeout(5000) });
    return answer.toString().split('\r\n')[0];
  });
  assert.deepEqual(new Set(await Promise.all(answers)), new Set(['HTTP/1.1 200 OK']));
});

test('a port in use is one clear line', async (t) => {
  const tally = await startTally(t);
  const port = tally.ports.cdn;
  const data = join(tally.data, 'other');
  assertOneLine(
    await runTally(['serve', '--data', data], { ...anyPorts, ...quiet, TALLY_PORTS_CDN: String(port) }),
    new RegExp(`${port}.*in use`),
  );
});

test('a data directory that cannot be written is one clear line', async (t) => {
  const data = join(file(t, 'plain', ''), 'data');
  assertOneLine(await runTally(['serve', '--data', data], anyPorts), /plain\/data/);
});

test('a mistake in the configuration is one clear line, with its place', async (t) => {
  const config = file(t, 'tally.toml', '[ports]\nrtmp = 1935\nrtpm = 1936\n');
  for (const command of [['serve'], ['config', 'check']]) {
    assertOneLine(
      await runTally([...command, '--config', config]),
      /tally\.toml:3: ports\.rtpm: unknown key/,
    );
  }
  assertOneLine(await runTally(['config', 'check'], { TALLY_PORTS_RTMP: 'x' }), /TALLY_PORTS_RTMP/);
  for (const [name, value, complaint] of [
    ['TALLY_DATABASE_URL', 'mysql://localhost/tally', /database\.url: .*postgresql:\/\//],
    ['TALLY_SERVER_PUBLIC_HOST', 'https://live.example.com', /server\.public_host: /],
  ])
    assertOneLine(await runTally(['config', 'check'], { [name]: value }), complaint);
});

test('a mistake on the command line is one clear line, and help is given for each command', async () => {
  assertOneLine(await runTally(['serve', '--dmeo']), /"--dmeo" is not an option here/, 2);
  const { code, out } = await runTally(['load', '--help']);
  assert.equal(code, 0);
  assert.match(out, /^usage: tally load --url URL/);
  assert.doesNotMatch(out, /--demo/);
});

test('the printed configuration is itself one, and says what differs from the defaults', async (t) => {
  const printed = await runTally(['config', 'print'], { TALLY_PORTS_RTMP: '19350' });
  assert.equal(printed.code, 0);
  assert.match(printed.out, /^rtmp = 19350 +# default: 1935$/m);
  const checked = await runTally(['config', 'check', '--config', file(t, 'tally.toml', printed.out)]);
  assert.equal(checked.code, 0, checked.err);
});

test('the version is one line', async () => {
  const { code, out } = await runTally(['version']);
  assert.equal(code, 0);
  assert.match(out, /^tally \d+\.\d+\.\d+.*\n$/);
});

test("a process serves the roles it is given, and the others' ports refuse", async (t) => {
  const tally = await startTally(t, { TALLY_SERVER_ROLES: 'streaming,broadcast,cdn' });
  const live = await goLive(tally);
  assert.equal((await tally.get('cdn', '/thumbnails/ch_001.jpg')).status, 200);
  await assert.rejects(tally.get('analytics', '/health'), 'nobody listens there');
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  assert.equal(
    (await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`))).status,
    'completed',
  );
});

test('a role that does not exist is one clear line', async () => {
  const ended = await runTally(['serve', '--roles', 'streaming,web'], quiet);
  assertOneLine(ended, /server\.roles: "web" is none of streaming, broadcast, cdn, analytics/);
});

test('Prometheus reads what the process does, on every port', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await until('the channel plays', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  await tally.get('broadcast', '/api/broadcasts/bc_none');
  const ids = `channel="ch_001",stream="${live.stream.id}"`;
  const text = await until('the stream is measured', async () => {
    const read = await must(tally.get('analytics', '/metrics'));
    return read.includes(`tally_stream_frames_per_second{${ids}}`) && read;
  });
  const value = (series) =>
    Number(text.match(new RegExp(`^${series.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm'))?.[1]);
  const requests = (service, status) =>
    value(`tally_http_request_duration_seconds_count{service="${service}",status="${status}"}`);
  assert.equal(requests('broadcast', '4xx'), 1);
  assert.ok(requests('cdn', '2xx') >= 1);
  const get = (route) => `service="broadcast",method="GET",route="${route}"`;
  assert.equal(value(`tally_http_requests_total{${get('/api/broadcasts/{id}')},status="4xx"}`), 1);
  assert.doesNotMatch(text, /bc_none/, 'what clients ask for is no label');
  assert.equal(value('tally_live_streams'), 1);
  assert.equal(value('tally_rtmp_connections'), 1);
  assert.equal(value('tally_store_up'), 1);
  assert.ok(value('process_resident_memory_bytes') > 10e6);
  assert.ok(value(`tally_stream_frames_total{${ids}}`) > 10);
  assert.equal(value(`tally_stream_dropped_frames_total{${ids}}`), 0);
  assert.equal(value('tally_rtmp_players'), 0);
  assert.ok(value('tally_alerts_raised_total{severity="critical"}') >= 0);
  assert.equal(value('tally_webhook_attempts_total{outcome="succeeded"}'), 0);
  assert.equal(value('tally_worker_jobs_limit{pool="recorder"}'), 65536);
});
