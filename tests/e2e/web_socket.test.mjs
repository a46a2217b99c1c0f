// Events on a WebSocket, with npm's `ws` at the other end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { call, goLive, must, runTally, startTally, until } from './harness.mjs';
import { encode } from './media.mjs';

const createBroadcast = (tally, title) =>
  must(tally.post('broadcast', '/api/broadcasts', { channelId: 'ch_001', title }));

// A client that keeps what it hears. Opens once it has been welcomed.
async function connect(t, tally, query = '', service = 'console') {
  const address = new URL(`/api/ws${query}`, tally.url(service, '/').replace('http:', 'ws:'));
  const socket = new WebSocket(address, tally.key && { headers: { Authorization: `Bearer ${tally.key}` } });
  t.after(() => socket.terminate());
  const heard = [];
  socket.on('message', (text) => heard.push(JSON.parse(text)));
  const closed = new Promise((done) =>
    socket.on('close', (code, reason) => done({ code, reason: reason.toString() })),
  );
  socket.on('error', () => {});
  const ofType = (type) => heard.filter(({ metadata }) => metadata.messageType === type);
  const client = {
    heard,
    ofType,
    closed,
    socket,
    address,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    // The answer to a message.
    async ask(message) {
      client.say(message);
      return until('it is answered', () =>
        heard.find(
          ({ metadata, payload }) => /^(ack|error)$/.test(metadata.messageType) && payload.id === message.id,
        ),
      );
    },
    notifications: (name) => ofType('notification').filter(({ metadata }) => metadata.event === name),
    hears: (type) =>
      until(`${type} is told`, () =>
        ofType('notification').find(({ metadata, payload }) => metadata.sequence && payload.type === type),
      ),
  };
  [client.welcome] = await until('the welcome', () => heard.length > 0 && heard);
  assert.equal(client.welcome.metadata.messageType, 'session_welcome');
  client.session = client.welcome.payload.session;
  return client;
}

const refusal = async (tally, path, headers) =>
  new Promise((done) => {
    const socket = new WebSocket(tally.url('console', path).replace('http:', 'ws:'), { headers });
    socket.on('error', () => {});
    socket.on('unexpected-response', (request, response) => {
      done(response.statusCode);
      request.destroy();
    });
    socket.on('open', () => done(101));
  });

test('a socket is told what it follows, the same as the replay has, and changes that as it goes', async (t) => {
  const tally = await startTally(t);
  const client = await connect(t, tally);
  assert.match(client.session.id, /^ws_/);
  assert.equal(client.session.status, 'connected');
  assert.equal(client.session.keepaliveTimeout, 10);

  // What happens between the welcome and the first subscription is not lost.
  const early = await createBroadcast(tally, 'Early');
  const ack = await client.ask({ type: 'subscribe', id: 'a', topics: ['channel:ch_001'], snapshot: true });
  assert.deepEqual(ack.payload, { id: 'a', type: 'subscribe', topics: ['channel:ch_001'], types: [] });
  const { payload } = await client.hears('broadcast.created');
  assert.equal(payload.resource.id, early.id);
  const [snapshot] = client.notifications('snapshot');
  assert.equal(snapshot.payload.resources['channel:ch_001'].id, 'ch_001');

  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await client.ask({ type: 'subscribe', id: 'b', topics: [`stream:${live.stream.id}`] });
  await until('its figures come', () => client.notifications('health').length >= 2);
  const [health] = client.notifications('health');
  assert.equal(health.payload.streamId, live.stream.id);
  assert.equal(health.metadata.sequence, undefined);
  await client.hears('stream.active');

  const events = client.ofType('notification').filter(({ payload }) => payload.sequence && payload.id);
  const { items } = await must(tally.get('console', '/api/events?limit=200'));
  assert.ok(events.length > 5);
  for (const { metadata, payload } of events) {
    assert.deepEqual(
      payload,
      items.find(({ id }) => id === payload.id),
    );
    assert.equal(metadata.messageId, payload.id);
    assert.equal(metadata.sequence, payload.sequence);
  }

  const left = await client.ask({
    type: 'unsubscribe',
    id: 'c',
    topics: ['channel:ch_001', `stream:${live.stream.id}`],
  });
  assert.deepEqual(left.payload.topics, []);
  const before = client.heard.length;
  const witness = await connect(t, tally, '?topics=channel:ch_001&types=broadcast.created');
  await createBroadcast(tally, 'Unheard');
  await until('others are told', () =>
    witness.heard.some(({ payload }) => payload.data?.title === 'Unheard'),
  );
  const again = await client.ask({ type: 'subscribe', id: 'd', topics: ['*'], types: ['broadcast.created'] });
  assert.deepEqual(again.payload.types, ['broadcast.created']);
  await createBroadcast(tally, 'Heard');
  await until('the next is told', () => client.heard.at(-1).payload.data?.title === 'Heard');
  assert.deepEqual(
    client.heard.slice(before).map(({ metadata }) => metadata.messageType),
    ['ack', 'notification'],
  );
});

test('what is wrong is answered, and the connection goes on', async (t) => {
  const tally = await startTally(t);
  const client = await connect(t, tally, '?topics=channel:ch_001');
  const refused = await client.ask({ type: 'subscribe', id: 'x', topics: ['weather:today', 'stream:'] });
  assert.equal(refused.metadata.messageType, 'error');
  assert.equal(refused.payload.code, 'validation_failed');
  assert.deepEqual(
    refused.payload.errors.map(({ pointer }) => pointer),
    ['/topics/0', '/topics/1'],
  );
  const ahead = await client.ask({ type: 'ack', id: 'y', sequence: 999_999 });
  assert.deepEqual(ahead.payload.errors[0].pointer, '/sequence');
  for (const text of [
    '{',
    '[]',
    'null',
    '{"type":"shout"}',
    `{"type":"subscribe","topics":[${'['.repeat(900)}`,
  ])
    client.say(text);
  await until('each is refused', () => client.ofType('error').length === 7);
  await createBroadcast(tally, 'Still told');
  await client.hears('broadcast.created');

  client.say('x'.repeat(20_000));
  assert.equal((await client.closed).code, 1009);
  const binary = await connect(t, tally);
  binary.socket.send(Buffer.from('{}'));
  assert.equal((await binary.closed).code, 1003);

  assert.equal(await refusal(tally, '/api/ws?topics=nonsense'), 400);
  assert.equal(await refusal(tally, '/api/ws?keepaliveTimeout=1'), 400);
  const plain = await tally.get('console', '/api/ws');
  assert.deepEqual([plain.status, plain.json.code], [426, 'upgrade_required']);
  assert.equal(plain.headers.get('upgrade'), 'websocket');
});

test('who is told to reconnect misses nothing, nor who is cut off', async (t) => {
  const tally = await startTally(t);
  const first = await connect(t, tally, '?topics=channel:ch_001&types=broadcast.*&keepaliveTimeout=2');
  await until('it is kept alive', () => first.ofType('session_keepalive').length >= 2);
  for (let i = 0; i < 3; ++i) await createBroadcast(tally, `Before ${i}`);
  await until('all are told', () => first.notifications('state').length === 3);
  assert.equal((await tally.stop()).code, 0);
  const goodbye = await first.closed;
  assert.equal(goodbye.code, 1012);
  const [{ payload }] = first.ofType('session_reconnect');
  assert.equal(payload.session.id, first.session.id);

  await tally.start();
  for (let i = 0; i < 3; ++i) await createBroadcast(tally, `Between ${i}`);
  const back = new URL(payload.session.reconnectUrl, first.address);
  const second = await connect(t, tally, back.search, 'streaming');
  assert.equal(second.session.keepaliveTimeout, 2);
  await until('what it missed is told', () => second.notifications('state').length === 3);
  const acked = second.notifications('state')[0].metadata.sequence;
  second.say({ type: 'ack', sequence: acked });
  // Messages are dealt with in turn, and this one is answered.
  await second.ask({ type: 'subscribe', id: 'z', topics: ['channel:ch_001'] });
  assert.equal((await tally.stop()).code, 0);
  await second.closed;
  const url = second.ofType('session_reconnect')[0].payload.session.reconnectUrl;
  assert.equal(new URL(url, first.address).searchParams.get('after'), String(acked));

  await tally.start();
  const third = await connect(t, tally, new URL(url, first.address).search);
  await until('the rest is told again', () => third.notifications('state').length === 2);
  const titles = [first, third].flatMap((client) =>
    client.notifications('state').map(({ payload }) => payload.data.title),
  );
  assert.deepEqual(titles, ['Before 0', 'Before 1', 'Before 2', 'Between 1', 'Between 2']);
  await tally.stop('SIGKILL');
  assert.equal((await third.closed).code, 1006);
});

test('with keys required, a socket needs one that is good for events', async (t) => {
  const tally = await startTally(t, { TALLY_AUTH_MODE: 'required' });
  const makeKey = async (scopes, ...more) =>
    (
      await runTally(['keys', 'create', '--name', 'k', '--scopes', scopes, '--data', tally.data, ...more])
    ).out.trim();
  assert.equal(await refusal(tally, '/api/ws', {}), 401);
  const as = (key) => refusal(tally, '/api/ws', { Authorization: `Bearer ${key}` });
  assert.equal(await as('tk_live_guessed'), 401);
  assert.equal(await as(await makeKey('streams:read')), 403);
  assert.equal(await as(await makeKey('broadcasts:read', '--channels', 'ch_001')), 403);
  tally.key = await makeKey('broadcasts:*');
  const client = await connect(t, tally, '?topics=channel:ch_001');
  await createBroadcast(tally, 'Told');
  await client.hears('broadcast.created');
  assert.equal((await call('GET', tally.url('console', '/api/ws'))).status, 401);
});
