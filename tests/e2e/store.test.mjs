// The store goes away and comes back: media goes on, and what happened meanwhile is written when it is back.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { goLive, must, startTally, streamIs, until } from './harness.mjs';
import { encode } from './media.mjs';

const tool = fileURLToPath(new URL('../../tools/postgresql', import.meta.url));

function startPostgresql(t) {
  const directory = mkdtempSync(join(tmpdir(), 'tally-postgresql-'));
  const run = (action) => execFileSync(tool, [action, directory], { encoding: 'utf8' }).trim();
  const server = { url: run('start'), start: () => run('start'), stop: () => run('stop') };
  t.after(() => {
    try {
      run('stop');
    } catch {
      // the test ended while it was stopped
    }
    rmSync(directory, { recursive: true, force: true });
  });
  return server;
}

// Another program that holds SQLite's write lock until it is let go.
async function lockSqlite(t, file) {
  const script = `import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute('BEGIN IMMEDIATE')
print('locked', flush=True)
sys.stdin.read()`;
  const holder = spawn('python3', ['-c', script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => holder.kill('SIGKILL'));
  await new Promise((locked) => holder.stdout.once('data', locked));
  return () => {
    const ended = new Promise((done) => holder.on('exit', done));
    holder.stdin.end();
    return ended;
  };
}

const playlist = async (tally) => must(tally.get('cdn', '/live/ch_001/180p/playlist.m3u8'));
const isPlaying = (tally) => until('the channel plays', async () => await playlist(tally));

// Waits for segments that were not there before.
async function mediaGoesOn(tally) {
  const newest = async () => (await playlist(tally)).match(/^[^#].*$/gm).at(-1);
  const before = await newest();
  await until('a further segment', async () => (await newest()) !== before);
}

async function isUnavailable(answer) {
  const { status, headers, json } = await answer;
  assert.equal(status, 503);
  assert.ok(Number(headers.get('retry-after')) > 0, 'says when to try again');
  assert.equal(json.retryable, true);
}

async function stopAndCheck(tally, live) {
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  const ended = await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`));
  assert.equal(ended.status, 'completed');
  assert.ok(ended.duration > 1, `${ended.duration} s`);
  assert.equal((await tally.get('cdn', `/vod/${live.broadcast.id}/master.m3u8`)).status, 200);
}

test('PostgreSQL stops and starts again during a broadcast', async (t) => {
  const postgresql = startPostgresql(t);
  const tally = await startTally(t, { TALLY_DATABASE_URL: postgresql.url });
  const live = await goLive(tally);
  const encoder = encode(t, live.stream.publishUrl);
  await isPlaying(tally);
  await streamIs(tally, live, 'active');
  const stop = () => tally.post('streaming', `/api/streams/${live.stream.id}/stop`);
  const read = () => tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`);

  postgresql.stop();
  await isUnavailable(read());
  await isUnavailable(stop());
  assert.equal((await tally.get('broadcast', '/health/ready')).status, 503);
  await mediaGoesOn(tally);
  assert.equal((await tally.get('cdn', '/thumbnails/ch_001.jpg')).status, 200);
  encoder.kill();

  postgresql.start();
  await until('the store is back', async () => (await read()).ok, 5);
  assert.equal((await must(read())).status, 'live', 'the refused stop changed nothing');
  await streamIs(tally, live, 'reconnecting');
  await stopAndCheck(tally, live);
});

test('a server that restarts between requests is not noticed', async (t) => {
  const postgresql = startPostgresql(t);
  const tally = await startTally(t, { TALLY_DATABASE_URL: postgresql.url });
  const live = await goLive(tally);
  postgresql.stop();
  postgresql.start();
  for (let i = 0; i < 10; ++i) await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`));
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
});

test('while another program locks SQLite, reads are answered and a stop is refused whole', async (t) => {
  const tally = await startTally(t, { TALLY_DATABASE_URL: '' });
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await isPlaying(tally);
  const unlock = await lockSqlite(t, join(tally.data, 'tally.db'));
  const stopping = tally.post('streaming', `/api/streams/${live.stream.id}/stop`);
  await mediaGoesOn(tally);
  await isUnavailable(stopping);
  const read = await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`));
  assert.equal(read.status, 'live');
  await unlock();
  await stopAndCheck(tally, live);
});
