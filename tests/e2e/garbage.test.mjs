// Whatever is thrown at a port, Tally stays up and goes on serving; also meant to be run on an asan build.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { test } from 'node:test';
import { goLive, must, startTally, until } from './harness.mjs';
import { encode } from './media.mjs';
import { amf, command, connectCommand, handshakeSize, message, setChunkSize } from './rtmp.mjs';

// Sends everything, then waits for the server to hang up, `patience` ms at most. Gives what it answered.
function send(port, pieces, patience = 300) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    for (const piece of pieces) socket.write(piece);
    setTimeout(() => socket.destroy(), patience);
  });
}

const handshake = Buffer.concat([Buffer.from([3]), Buffer.alloc(2 * handshakeSize)]);
const nested = (depth) =>
  Buffer.concat([...Array.from({ length: depth }, () => Buffer.from([3, 0, 1, 0x61])), amf.nothing]);

function anything() {
  return {
    'random bytes': [randomBytes(64 * 1024)],
    nothing: [],
    'one byte': [Buffer.from([3])],
    zeros: [Buffer.alloc(256 * 1024)],
  };
}

function http() {
  const request = (head, body = '') => [`${head}\r\nHost: localhost\r\n${body}`];
  return {
    'headers of 64 KiB': request('GET /health HTTP/1.1', `X-Long: ${'a'.repeat(64 * 1024)}\r\n\r\n`),
    'headers without an end': request('GET /health HTTP/1.1', 'X: y\r\n'.repeat(20_000)),
    'a path of 64 KiB': request(`GET /${'a'.repeat(64 * 1024)} HTTP/1.1`, '\r\n'),
    'half a request': request('POST /api/broadcasts HTTP/1.1', 'Content-Length: 100\r\n\r\n{"chan'),
    'a length below zero': request('POST /api/broadcasts HTTP/1.1', 'Content-Length: -1\r\n\r\n'),
    'a length beyond all bounds': request(
      'POST /api/broadcasts HTTP/1.1',
      'Content-Length: 99999999999999999\r\n\r\n',
    ),
    'two lengths': request(
      'POST /api/broadcasts HTTP/1.1',
      'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    ),
    'a chunk without an end': [
      ...request('POST /api/broadcasts HTTP/1.1', 'Transfer-Encoding: chunked\r\n\r\nffffffff\r\n'),
      ...Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024, 97)),
    ],
    'a chunk of no size': request(
      'POST /api/broadcasts HTTP/1.1',
      'Transfer-Encoding: chunked\r\n\r\nzz\r\n',
    ),
    'JSON nested 100 000 deep': request(
      'POST /api/broadcasts HTTP/1.1',
      `Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n${'['.repeat(100_000)}`,
    ),
    'a path out of the data directory': request('GET /vod/..%2f..%2fetc/master.m3u8 HTTP/1.1', '\r\n'),
    'ranges without end': request(
      'GET /downloads/bc_x.mp4 HTTP/1.1',
      `Range: bytes=${'0-1,'.repeat(3000)}0-1\r\n\r\n`,
    ),
    'a thousand requests at once': [`GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(1000)],
  };
}

function rtmp(port) {
  const connected = [handshake, setChunkSize, connectCommand(port)];
  const size = (value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return message(2, 1, 0, bytes);
  };
  const longMessage = message(3, 20, 0, Buffer.alloc(100));
  longMessage.writeUIntBE(0xffffff, 4, 3);
  return {
    'half a handshake': [handshake.subarray(0, 700)],
    'a handshake of another version': [Buffer.concat([Buffer.from([6]), randomBytes(2 * handshakeSize)])],
    'noise behind the handshake': [handshake, randomBytes(128 * 1024)],
    'AMF nested 10 000 deep': [
      ...connected,
      command(0, amf.string('connect'), amf.number(1), nested(10_000)),
    ],
    'AMF that ends in the middle': [...connected, command(0, amf.string('play').subarray(0, 4))],
    'a chunk size of zero': [...connected, size(0), Buffer.alloc(1024)],
    'a chunk size of 2^31': [...connected, size(0x7fffffff), longMessage, Buffer.alloc(1024 * 1024)],
    'an endless message': [
      ...connected,
      longMessage,
      ...Array.from({ length: 160 }, () => Buffer.alloc(64 * 1024)),
    ],
    'every chunk stream at once': [
      ...connected,
      ...Array.from({ length: 60 }, (_, i) => {
        const piece = Buffer.from(longMessage);
        piece[0] = 3 + i;
        return piece;
      }),
    ],
    'media without a stream': [...connected, message(4, 9, 1, randomBytes(1000))],
    'broken media': [
      ...connected,
      command(0, amf.string('createStream'), amf.number(2), amf.nothing),
      command(1, amf.string('publish'), amf.number(3), amf.nothing, amf.string('ch_001'), amf.string('live')),
      ...Array.from({ length: 200 }, (_, i) =>
        message(
          4,
          8 + (i % 2),
          1,
          Buffer.concat([Buffer.from([i % 2 ? 0x17 : 0xaf, i % 3]), randomBytes(50)]),
          i * 20,
        ),
      ),
    ],
  };
}

test('garbage on any port leaves the program healthy', { concurrency: true }, async (t) => {
  const tally = await startTally(t);
  const ports = Object.entries(tally.ports).map(([service, port]) =>
    t.test(service, async (t) => {
      const attacks = { ...anything(), ...(service === 'rtmp' ? rtmp(port) : http()) };
      for (const [name, pieces] of Object.entries(attacks)) {
        await t.test(name, async () => {
          await send(port, pieces);
          assert.equal(tally.child.exitCode ?? tally.child.signalCode, null, tally.logText().slice(-2000));
          assert.equal((await tally.get('console', '/health/ready')).status, 200);
        });
      }
    }),
  );
  await Promise.all(ports);
  assert.doesNotMatch(tally.logText(), /Sanitizer|runtime error/);
});

test('HTTP garbage gets a clear refusal', async (t) => {
  const tally = await startTally(t);
  const attacks = http();
  const refusals = {
    'headers of 64 KiB': 431,
    'a length below zero': 400,
    'a length beyond all bounds': 413,
    'two lengths': 400,
    'JSON nested 100 000 deep': 400,
  };
  for (const [name, status] of Object.entries(refusals)) {
    const answer = await send(tally.ports.broadcast, attacks[name], 2000);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), name);
  }
});

test('a broadcast goes on while its server is thrown garbage at', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await until('the channel plays', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  const attacks = Object.entries(rtmp(tally.ports.rtmp)).filter(([name]) => name !== 'broken media');
  await Promise.all(
    attacks.flatMap(([, pieces]) => Array.from({ length: 5 }, () => send(tally.ports.rtmp, pieces))),
  );
  const sequence = async () =>
    Number(
      (await must(tally.get('cdn', '/live/ch_001/180p/playlist.m3u8'))).match(/segment_(\d+)\.m4s\s*$/)[1],
    );
  const before = await sequence();
  await until('the playlist moves on', async () => (await sequence()) > before);
  assert.equal((await must(tally.get('streaming', `/api/streams/${live.stream.id}`))).status, 'active');
});
