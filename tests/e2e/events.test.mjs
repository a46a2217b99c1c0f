// Webhooks and event streams, against receivers that behave and receivers that do not.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { call, goLive, must, startTally, until } from './harness.mjs';
import { encode } from './media.mjs';

// What happened; figures beside it have no place in the order.
const happened = ({ events }) => events.filter(({ id, name }) => id && name !== 'snapshot');

// A server that keeps what it is sent and answers as `answer(request, response, event)` says.
async function startReceiver(t, answer = (request, response) => response.end('{}')) {
  const received = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      const event = JSON.parse(body);
      received.push({
        headers: request.headers,
        body,
        event,
        at: performance.timeOrigin + performance.now(),
      });
      answer(request, response, event);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => (server.closeAllConnections(), server.close()));
  return { received, url: `http://127.0.0.1:${server.address().port}/hook` };
}

const addWebhook = (tally, url, events = []) =>
  must(tally.post('broadcast', '/api/webhooks', { url, events }));
const readWebhook = async (tally, id) => must(tally.get('broadcast', `/api/webhooks/${id}`));
const deliveriesOf = async (tally, id) =>
  (await must(tally.get('broadcast', `/api/webhooks/${id}/deliveries?limit=200&order=asc`))).items;
const createBroadcast = (tally, title = 'A test') =>
  must(tally.post('broadcast', '/api/broadcasts', { channelId: 'ch_001', title }));

// Server-sent events of one connection, as they come.
async function follow(tally, path, headers = {}, service = 'console') {
  const aborter = new AbortController();
  const response = await fetch(tally.url(service, path), { headers, signal: aborter.signal });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  const events = [];
  const ended = (async () => {
    let text = '';
    for await (const piece of response.body) {
      text += new TextDecoder().decode(piece);
      for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
        const frame = text.slice(0, end);
        const fields = Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
        if (fields.data) events.push({ name: fields.event, id: fields.id, data: JSON.parse(fields.data) });
      }
    }
  })().catch(() => {});
  return {
    events,
    close: async () => {
      aborter.abort();
      await ended;
    },
  };
}

test('a live broadcast is told by webhooks whose signatures the public library accepts, and in order', async (t) => {
  const tally = await startTally(t);
  const receiver = await startReceiver(t);
  const webhook = await addWebhook(tally, receiver.url);
  assert.match(webhook.secret, /^whsec_/);
  const live = await goLive(tally);
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  await until('the broadcast is told to be over', () =>
    receiver.received.some(({ event }) => event.type === 'broadcast.completed'),
  );

  const verifier = new Webhook(webhook.secret);
  for (const { headers, body } of receiver.received) verifier.verify(body, headers);
  assert.throws(() =>
    new Webhook('whsec_' + 'A'.repeat(43) + '=').verify(
      receiver.received[0].body,
      receiver.received[0].headers,
    ),
  );
  const versions = new Map();
  for (const { event } of receiver.received) {
    const last = versions.get(event.resource.id);
    if (last)
      assert.equal(event.resource.version, last + 1, `${event.type} of ${event.resource.id} in order`);
    versions.set(event.resource.id, event.resource.version);
  }
  const told = receiver.received.find(({ event }) => event.type === 'broadcast.completed').event;
  const broadcast = await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}`));
  assert.deepEqual(told.data.urls, broadcast.urls);
  assert.equal(told.previous.status, 'live');
  for (const { body } of receiver.received) assert.doesNotMatch(body, /sk_live_|whsec_|keyHash/);
  assert.doesNotMatch(tally.logText(), /whsec_/);
  assert.equal((await readWebhook(tally, webhook.id)).secret, undefined);

  await until('the replay has the same events', async () => {
    const replay = await must(tally.get('console', '/api/events?types=broadcast.*'));
    const told = receiver.received.filter(({ event }) => event.type.startsWith('broadcast.'));
    assert.deepEqual(
      replay.items,
      told.map(({ event }) => event),
    );
    return true;
  });

  const rotated = await must(tally.post('broadcast', `/api/webhooks/${webhook.id}/rotate-secret`));
  assert.notEqual(rotated.secret, webhook.secret);
  await must(tally.post('broadcast', `/api/webhooks/${webhook.id}/test`));
  const tested = await until('the test arrives', () =>
    receiver.received.find(({ event }) => event.type === 'webhook.test'),
  );
  for (const { secret } of [webhook, rotated]) new Webhook(secret).verify(tested.body, tested.headers);
});

test('from the commit to the first byte at a receiver it takes less than 100 ms', async (t) => {
  const tally = await startTally(t);
  const receiver = await startReceiver(t);
  await addWebhook(tally, receiver.url, ['broadcast.created']);
  const gaps = [];
  for (let i = 0; i < 20; ++i) {
    const broadcast = await createBroadcast(tally, `Number ${i}`);
    const answeredAt = performance.timeOrigin + performance.now();
    const told = await until('it is told', () =>
      receiver.received.find(({ event }) => event.resource.id === broadcast.id),
    );
    // The answer follows the commit at once; an arrival before it counts as none.
    gaps.push(Math.max(0, told.at - answeredAt));
  }
  gaps.sort((a, b) => a - b);
  t.diagnostic(`median ${gaps[10].toFixed(1)} ms, longest ${gaps.at(-1).toFixed(1)} ms`);
  assert.ok(gaps[18] < 100, `19 of 20 under 100 ms: ${gaps}`);
});

test('receivers that fail, redirect, hang and answer 410 get what the contract says, and hold up nobody', async (t) => {
  const tally = await startTally(t);
  const healthy = await startReceiver(t);
  let failures = 1;
  const flapping = await startReceiver(t, (request, response) => {
    response.statusCode = failures-- > 0 ? 500 : 204;
    response.end();
  });
  const redirecting = await startReceiver(t, (request, response) => {
    response.writeHead(307, { Location: healthy.url });
    response.end();
  });
  const hanging = await startReceiver(t, () => {});
  const gone = await startReceiver(t, (request, response) => {
    response.statusCode = 410;
    response.end();
  });
  const hooks = {};
  for (const [name, { url }] of Object.entries({ healthy, flapping, redirecting, hanging, gone }))
    hooks[name] = await addWebhook(tally, url, [
      'broadcast.created',
      ...(name === 'healthy' ? ['webhook.endpoint_disabled'] : []),
    ]);

  const broadcast = await createBroadcast(tally);
  await until('the healthy receiver hears of it', () =>
    healthy.received.some(({ event }) => event.resource.id === broadcast.id),
  );
  await until('410 disables', async () => (await readWebhook(tally, hooks.gone.id)).status === 'disabled');
  await until('and is told', () =>
    healthy.received.some(
      ({ event }) => event.type === 'webhook.endpoint_disabled' && event.resource.id === hooks.gone.id,
    ),
  );
  const [redirected] = await until('the redirect is noted', async () => {
    const found = await deliveriesOf(tally, hooks.redirecting.id);
    return found[0]?.attempt > 0 && found;
  });
  assert.equal(redirected.responseCode, 307);
  assert.equal(redirected.status, 'pending');
  assert.equal(healthy.received.filter(({ event }) => event.resource.id === broadcast.id).length, 1);

  const flapped = await until(
    'the second attempt succeeds after about 5 s',
    async () => (await deliveriesOf(tally, hooks.flapping.id)).find(({ status }) => status === 'succeeded'),
    10,
  );
  assert.equal(flapped.attempt, 2);
  const [first, second] = flapping.received;
  assert.equal(first.headers['webhook-id'], second.headers['webhook-id']);
  assert.ok(second.at - first.at > 4000 && second.at - first.at < 8000);

  const hung = await until(
    'the hanging receiver is given up after 15 s',
    async () => (await deliveriesOf(tally, hooks.hanging.id)).find(({ attempt }) => attempt === 1),
    20,
  );
  assert.equal(hung.responseCode, null);
  assert.ok(hung.latencyMs >= 14_900 && hung.latencyMs < 17_000);
});

test('nothing is lost when the process is killed, and what is told twice has the same id', async (t) => {
  const tally = await startTally(t);
  let open = false;
  const receiver = await startReceiver(t, (request, response) => {
    if (open) response.end(); // before, attempts are under way when the process dies
  });
  const webhook = await addWebhook(tally, receiver.url, ['broadcast.created']);
  const made = [];
  for (let round = 0; round < 3; ++round) {
    for (let i = 0; i < 5; ++i) made.push((await createBroadcast(tally)).id);
    open = round === 2;
    await tally.crashAndRestart();
  }
  await until(
    'every broadcast is delivered',
    async () => {
      const delivered = await deliveriesOf(tally, webhook.id);
      return delivered.filter(({ status }) => status === 'succeeded').length === made.length;
    },
    15,
  );
  const ids = new Map();
  for (const { event } of receiver.received) {
    assert.equal(ids.get(event.resource.id) ?? event.id, event.id);
    ids.set(event.resource.id, event.id);
  }
  assert.deepEqual([...ids.keys()].sort(), made.sort());
});

test('an event stream resumes where it was, without loss or repetition', async (t) => {
  const tally = await startTally(t);
  const channel = '/api/events/stream?topics=channel:ch_001&snapshot=1';
  const first = await follow(tally, channel);
  const [snapshot] = await until('the snapshot comes', () => first.events.length > 0 && first.events);
  assert.equal(snapshot.name, 'snapshot');
  assert.equal(snapshot.data.resources['channel:ch_001'].id, 'ch_001');
  const { broadcast } = await goLive(tally);
  await until('it is told', () => happened(first).some(({ data }) => data.type === 'broadcast.live'));
  await first.close();
  const heard = happened(first);

  for (let i = 0; i < 150; ++i) await createBroadcast(tally, `Meanwhile ${i}`);
  await tally.crashAndRestart();
  const second = await follow(
    tally,
    '/api/events/stream?topics=channel:ch_001',
    { 'Last-Event-ID': heard.at(-1).id },
    'streaming',
  );
  await createBroadcast(tally, 'The last');
  await until('all of it is told', () => happened(second).some(({ data }) => data.data.title === 'The last'));
  await second.close();
  const sequences = [...heard, ...happened(second)].map(({ id }) => Number(id));
  assert.ok(
    sequences.every((sequence, i) => i === 0 || sequence === sequences[i - 1] + 1),
    `${sequences}`,
  );

  const narrow = await follow(tally, `/api/events/stream?topics=broadcast:${broadcast.id}`);
  await delay(50);
  await createBroadcast(tally, 'Another');
  await must(tally.post('broadcast', `/api/broadcasts/${broadcast.id}/complete`));
  await until('its own end is told', () =>
    happened(narrow).some(({ data }) => data.type === 'broadcast.completed'),
  );
  assert.ok(
    happened(narrow).every(
      ({ data }) => data.resource.id === broadcast.id || data.data.broadcastId === broadcast.id,
    ),
  );
  await narrow.close();
  assert.equal((await call('GET', tally.url('console', '/api/events/stream?topics=nonsense'))).status, 400);
});

test('who follows a live broadcast sees its figures each second, its alerts, and its recording', async (t) => {
  const tally = await startTally(t);
  const { broadcast, stream } = await goLive(tally);
  const encoder = encode(t, stream.publishUrl);
  const topics = [`broadcast:${broadcast.id}`, `stream:${stream.id}`];
  const live = await follow(tally, `/api/events/stream?topics=${topics}&snapshot=1`);
  const named = (name) => live.events.filter((event) => event.name === name);
  await until('three seconds of figures came', () =>
    ['health', 'viewers'].every((name) => named(name).length >= 3),
  );
  assert.equal(named('health').at(-1).data.streamId, stream.id);
  assert.equal(named('viewers').at(-1).data.broadcastId, broadcast.id);
  assert.equal(named('viewers').at(-1).data.currentViewers, 0);
  const times = new Set(named('health').map(({ data }) => data.asOf));
  assert.ok(times.size >= 2, 'they are new ones');

  for (const kind of ['engagement', 'quality']) {
    const [{ data }] = await until(`${kind} came`, () => named(kind).length > 0 && named(kind));
    const path = `/api/analytics/broadcasts/${broadcast.id}/${kind}`;
    const answer = await must(tally.get('analytics', path));
    assert.deepEqual(Object.keys(data).sort(), Object.keys(answer).sort());
    assert.equal(data.broadcastId, broadcast.id);
  }

  encoder.kill();
  const { data: raised } = await until('its alert is told', () =>
    named('alert').find(({ data }) => data.data.code === 'ingest_disconnected'),
  );
  assert.equal(raised.type, 'alert.raised');
  assert.equal(raised.data.broadcastId, broadcast.id);
  await until('and that its health is another', () =>
    named('state').some(
      ({ data }) => data.type === 'stream.health_changed' && data.data.healthStatus === 'critical',
    ),
  );
  for (const id of ['ch_001', broadcast.id]) {
    const alerts = await follow(tally, `/api/events/stream?topics=alerts:${id}&snapshot=1`);
    const [snapshot] = await until('the snapshot comes', () => alerts.events.length > 0 && alerts.events);
    const open = snapshot.data.resources[`alerts:${id}`];
    assert.ok(
      open.some(({ id }) => id === raised.resource.id),
      JSON.stringify(open),
    );
    await alerts.close();
  }

  await must(tally.post('streaming', `/api/streams/${stream.id}/stop`));
  const ready = await until('its recording is told', () =>
    named('recording').find(({ data }) => data.type === 'recording.ready'),
  );
  const recorded = ready.data.data;
  assert.ok(recorded.duration > 1);
  assert.equal(recorded.previews.length, 3);
  for (const url of [recorded.masterUrl, recorded.downloadUrl, ...recorded.previews.map(({ url }) => url)])
    assert.equal((await fetch(url)).status, 200, url);
  const types = named('recording').map(({ data }) => data.type);
  for (const type of ['playable', 'download_ready', 'preview_ready'])
    assert.ok(types.includes(`recording.${type}`), types.join());
  await until('the alert ends with its stream', () =>
    named('alert').some(
      ({ data }) => data.type === 'alert.resolved' && data.resource.id === raised.resource.id,
    ),
  );
  await live.close();
});

test('private receivers are refused where hooks may not go there', async (t) => {
  const tally = await startTally(t, { TALLY_HOOKS_PRIVATE_TARGETS: 'refuse' });
  const insecure = await tally.post('broadcast', '/api/webhooks', { url: 'http://example.com/' });
  assert.equal(insecure.status, 400);
  const webhook = await addWebhook(tally, 'https://127.0.0.1:9/hook', ['broadcast.created']);
  await createBroadcast(tally);
  const refused = await until('the attempt is noted', async () =>
    (await deliveriesOf(tally, webhook.id)).find(({ attempt }) => attempt > 0),
  );
  assert.match(refused.error, /private network/);
});
