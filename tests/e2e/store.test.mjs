// The store goes away and comes back: media goes on, and what happened meanwhile is written when it is back.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
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

// Stands between Tally and PostgreSQL. The next COMMIT of a transaction that `marks` a statement is cut off, before
// the server has it or after it has done it; further connections are then refused for `away` milliseconds.
function cutCommits(t, url) {
  const socketOf = (directory) => join(directory, '.s.PGSQL.5432');
  const directory = mkdtempSync(join(tmpdir(), 'tally-proxy-'));
  const upstream = new URL(url).searchParams.get('host');
  const proxy = { url: url.replace(upstream, directory), cuts: 0 };
  let refusedUntil = 0;
  const server = createServer((client) => {
    if (Date.now() < refusedUntil) return client.destroy();
    const database = connect(socketOf(upstream));
    let transaction = '';
    let awaited = false;
    const cut = () => {
      proxy.cuts += 1;
      proxy.next = undefined;
      client.destroy();
      database.destroy();
    };
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      transaction = text.includes('BEGIN') ? text : transaction + text;
      const commits = proxy.next && text.includes('COMMIT') && transaction.includes(proxy.next.marks);
      if (commits) refusedUntil = Date.now() + (proxy.next.away ?? 0);
      if (commits && proxy.next.at === 'before') return cut();
      awaited = commits;
      database.write(bytes);
    });
    database.on('data', (bytes) => (awaited ? cut() : client.write(bytes)));
    for (const [one, other] of [
      [client, database],
      [database, client],
    ]) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  server.listen(socketOf(directory));
  t.after(() => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return proxy;
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

test('a COMMIT that is cut off is done once, whether the server had it or not', async (t) => {
  const postgresql = startPostgresql(t);
  const proxy = cutCommits(t, postgresql.url);
  const tally = await startTally(t, { TALLY_DATABASE_URL: proxy.url });
  const create = (title) => tally.post('broadcast', '/api/broadcasts', { channelId: 'ch_001', title });
  const titles = async () =>
    (await must(tally.get('broadcast', '/api/broadcasts'))).items.map((broadcast) => broadcast.title).sort();

  proxy.next = { marks: 'insert into broadcasts', at: 'before' };
  assert.equal((await create('Before')).status, 201);
  proxy.next = { marks: 'insert into broadcasts', at: 'after', away: 1000 };
  assert.equal((await create('After')).status, 201);
  assert.equal(proxy.cuts, 2);
  assert.deepEqual(await titles(), ['After', 'Before']);
  const events = await must(tally.get('console', '/api/events?after=0'));
  assert.equal(events.items.filter(({ type }) => type === 'broadcast.created').length, 2);

  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await isPlaying(tally);
  proxy.next = { marks: 'update streams', at: 'after' };
  await stopAndCheck(tally, live);
  assert.equal(proxy.cuts, 3);
});

test('an SQLite file that is taken away is missed, and used again when it is back', async (t) => {
  const tally = await startTally(t, { TALLY_DATABASE_URL: '' });
  const { id } = await must(
    tally.post('broadcast', '/api/broadcasts', { channelId: 'ch_001', title: 'Here' }),
  );
  const read = () => tally.get('broadcast', `/api/broadcasts/${id}`);
  const create = () => tally.post('broadcast', '/api/broadcasts', { channelId: 'ch_001', title: 'Gone' });
  const file = join(tally.data, 'tally.db');
  const change = (how) => {
    execFileSync('chmod', [how, file]);
  };

  renameSync(file, `${file}.aside`);
  await isUnavailable(create());
  assert.equal((await tally.get('broadcast', '/health/ready')).status, 503);
  assert.equal((await must(tally.get('broadcast', '/health'))).status, 'unhealthy');
  await until('reads miss it', async () => (await read()).status === 503, 3);
  renameSync(`${file}.aside`, file);
  assert.equal((await read()).status, 200);

  change('a-w');
  await isUnavailable(create());
  const health = await must(tally.get('broadcast', '/health'));
  assert.match(health.checks.store.detail, /read-only/);
  assert.equal((await read()).status, 200);
  change('u+w');
  await must(create());
  assert.equal((await must(tally.get('broadcast', '/api/broadcasts'))).items.length, 2);
});
