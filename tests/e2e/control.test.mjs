// What clients do to the state all at once, and what a crash leaves of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { goLive, must, startTally, streamIs, until } from './harness.mjs';
import { encode } from './media.mjs';

const clients = 200;
const steps = 6;
const kills = Number(process.env.TALLY_TEST_KILLS ?? 6);

const pick = (list) => list[Math.floor(Math.random() * list.length)];

// Every answer is one that the API knows: done, or refused for a stated reason.
const known = new Set([200, 201, 404, 409]);

const actions = {
  create: async (tally, world) => {
    const { json } = await world.send('broadcast', 'POST', '/api/broadcasts', {
      channelId: pick(world.channels),
      title: 'Hammered',
    });
    world.broadcasts.push({ id: json.id, channelId: json.channelId });
  },
  convert: (tally, world) =>
    world.send('broadcast', 'POST', `/api/broadcasts/scheduled/${pick(world.events)}/convert`),
  unschedule: (tally, world) =>
    world.send('broadcast', 'DELETE', `/api/broadcasts/scheduled/${pick(world.events)}`),
  goLive: (tally, world) =>
    world.send('broadcast', 'POST', `/api/broadcasts/${pick(world.broadcasts).id}/start`),
  complete: (tally, world) =>
    world.send('broadcast', 'POST', `/api/broadcasts/${pick(world.broadcasts).id}/complete`),
  cancel: (tally, world) =>
    world.send('broadcast', 'POST', `/api/broadcasts/${pick(world.broadcasts).id}/cancel`),
  startStream: async (tally, world) => {
    const { id, channelId } = pick(world.broadcasts);
    const { json } = await world.send('streaming', 'POST', '/api/streams/start', {
      channelId,
      broadcastId: id,
    });
    if (json.id) world.streams.push(json.id);
  },
  stopStream: (tally, world) =>
    world.streams.length > 0 &&
    world.send('streaming', 'POST', `/api/streams/${pick(world.streams)}/stop`, {
      completeBroadcast: pick([true, true, false]),
    }),
};

const over = (status) => ['completed', 'cancelled', 'revoked'].includes(status);
const ended = (status) => ['stopped', 'failed'].includes(status);

// Every row of a table of the store, which is a file or, with TALLY_TEST_POSTGRESQL, a schema.
function read(tally, table) {
  const url = tally.environment.TALLY_DATABASE_URL;
  const command = url
    ? ['psql', '-qAt', '-d', url, '-c', `select coalesce(json_agg(t), '[]') from ${table} t`]
    : ['python3', '-c', readSqlite, join(tally.data, 'tally.db'), table];
  return JSON.parse(execFileSync(command[0], command.slice(1), { maxBuffer: 1 << 26 }));
}

const readSqlite = `import json, sqlite3, sys
store = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
store.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in store.execute("select * from " + sys.argv[2])]))`;

// Reads the store itself, past all that the API would smooth over.
function impossible(tally) {
  const [channels, broadcasts, streams, events] = [
    'channels',
    'broadcasts',
    'streams',
    'scheduled_events',
  ].map((table) => read(tally, table));
  const byId = new Map([...channels, ...broadcasts, ...streams, ...events].map((row) => [row.id, row]));
  const found = [];
  const expect = (holds, what, row) => holds || found.push(`${what}: ${JSON.stringify(row)}`);
  for (const channel of channels) {
    const live = broadcasts.filter((row) => row.channel_id === channel.id && row.status === 'live');
    const running = streams.filter((row) => row.channel_id === channel.id && !ended(row.status));
    expect(live.length <= 1 && running.length <= 1, 'a channel has one output', channel);
    expect((live[0]?.id ?? null) === channel.current_broadcast_id, 'the current broadcast is live', channel);
    expect((running[0]?.id ?? null) === channel.current_stream_id, 'the current stream runs', channel);
    expect((channel.status === 'active') === live.length > 0, 'active means on the air', channel);
  }
  for (const row of broadcasts) {
    const active = streams.filter((each) => each.broadcast_id === row.id && !ended(each.status));
    expect((active[0]?.id ?? null) === row.active_stream_id, 'the active stream is its own', row);
    expect(!over(row.status) || active.length === 0, 'what is over has no stream', row);
    expect((row.started_at !== null) === ['live', 'completed'].includes(row.status), 'live has begun', row);
    expect((row.ended_at !== null) === over(row.status), 'what is over has ended', row);
    expect(row.status !== 'completed' || row.ended_at >= row.started_at, 'a duration', row);
    expect((row.media_state === 'ended') === over(row.status), 'the media ended with it', row);
    const listed = JSON.parse(row.stream_ids);
    expect(
      listed.every((id) => byId.get(id)?.broadcast_id === row.id),
      'its streams are there',
      row,
    );
    const event = byId.get(row.scheduled_id);
    expect(row.scheduled_id === null || event?.broadcast_id === row.id, 'its event knows it', row);
  }
  for (const row of streams) expect((row.ended_at !== null) === ended(row.status), 'an ended stream', row);
  for (const row of events) {
    expect((row.status === 'converted') === (row.broadcast_id !== null), 'converted to a broadcast', row);
    expect((row.status === 'cancelled') === (row.cancelled_at !== null), 'cancelled at a time', row);
    const made = broadcasts.filter((each) => each.scheduled_id === row.id);
    expect(made.length === (row.status === 'converted' ? 1 : 0), 'converted once', row);
  }
  return { found, counts: { broadcasts: broadcasts.length, streams: streams.length } };
}

test('two hundred clients at once leave no impossible state', async (t) => {
  const tally = await startTally(t);
  const world = { channels: [], broadcasts: [], streams: [], events: [] };
  world.send = async (service, method, path, body) => {
    const answer = await fetch(tally.url(service, path), {
      method,
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body && JSON.stringify(body),
    });
    const json = await answer.json();
    assert.ok(known.has(answer.status), `${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
    return { json };
  };
  for (let i = 0; i < 10; i++) {
    const { id: channelId } = await must(tally.post('broadcast', '/api/channels', { name: `Channel ${i}` }));
    world.channels.push(channelId);
    for (const title of ['First', 'Second']) {
      const { id } = await must(tally.post('broadcast', '/api/broadcasts', { channelId, title }));
      world.broadcasts.push({ id, channelId });
      const scheduledStart = '2099-01-01T00:00:00Z';
      const event = await must(
        tally.post('broadcast', '/api/broadcasts/schedule', { channelId, title, scheduledStart }),
      );
      world.events.push(event.id);
    }
  }
  const names = Object.keys(actions);
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let step = 0; step < steps; step++) await actions[pick(names)](tally, world);
    }),
  );
  const { found, counts } = impossible(tally);
  assert.deepEqual(found, []);
  assert.ok(counts.streams > 10 && counts.broadcasts > 20, JSON.stringify(counts));
});

test('a stop that kill -9 cuts short left the broadcast live or completed it, with its duration', async (t) => {
  const tally = await startTally(t);
  let completed = 0;
  for (let round = 0; round < kills; round++) {
    const live = await goLive(tally);
    encode(t, live.stream.publishUrl, { frames: 90 });
    const recorded = () => tally.get('cdn', `/api/recordings/${live.broadcast.id}`);
    await until('something is recorded', async () => (await must(recorded())).duration > 0.3);
    const stop = tally.post('streaming', `/api/streams/${live.stream.id}/stop`).catch(() => undefined);
    // From before the request arrives to after its answer.
    await delay(Math.random() * 9);
    await tally.crashAndRestart();
    const answer = await stop;
    const path = `/api/broadcasts/${live.broadcast.id}`;
    const left = await must(tally.get('broadcast', path));
    assert.ok(['live', 'completed'].includes(left.status), left.status);
    if (answer?.ok) assert.equal(left.status, 'completed', 'what was answered holds');
    assert.equal(left.status === 'completed', left.duration > 0, `duration ${left.duration}`);
    completed += left.status === 'completed' ? 1 : 0;
    await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
    const stopped = await must(tally.get('broadcast', path));
    assert.ok(stopped.status === 'completed' && stopped.duration > 0);
    if (left.duration) assert.equal(stopped.duration, left.duration);
    assert.equal((await must(recorded())).playable, true);
  }
  assert.deepEqual(impossible(tally).found, []);
  t.diagnostic(`${completed} of ${kills} were completed before the crash`);
});

test('an Idempotency-Key holds over a crash', async (t) => {
  const tally = await startTally(t);
  const post = (body) =>
    fetch(tally.url('broadcast', '/api/broadcasts'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'one' },
      body: JSON.stringify(body),
    });
  const first = await (await post({ channelId: 'ch_001', title: 'Once' })).json();
  await tally.crashAndRestart();
  const again = await post({ channelId: 'ch_001', title: 'Once' });
  assert.equal(again.headers.get('Idempotent-Replayed'), 'true');
  assert.deepEqual(await again.json(), first);
  assert.equal((await post({ channelId: 'ch_001', title: 'Twice' })).status, 422);
});

test('a stream whose encoder sends a codec that is not carried has failed, and says so', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl, { frames: 60, codec: 'flv1' });
  await streamIs(tally, live, 'failed');
  const stream = await must(tally.get('streaming', `/api/streams/${live.stream.id}`));
  assert.equal(stream.endReason, 'unsupported_codec');
  assert.equal((await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`))).status, 'live');
});
