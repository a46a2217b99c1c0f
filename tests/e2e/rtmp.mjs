// RTMP as its own client sees it: just enough to publish a file with any timestamps, to count what a player is
// sent, and to stop reading on purpose.
import { connect as connectSocket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from './harness.mjs';

export const handshakeSize = 1536;
const types = { setChunkSize: 1, audio: 8, video: 9, data: 18, command: 20 };

export const amf = {
  number(value) {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  },
  name: (text) => Buffer.concat([Buffer.from([text.length >> 8, text.length & 255]), Buffer.from(text)]),
  string: (text) => Buffer.concat([Buffer.from([2]), amf.name(text)]),
  object: (members) =>
    Buffer.concat([
      Buffer.from([3]),
      ...Object.entries(members).flatMap(([name, value]) => [amf.name(name), amf.string(value)]),
      Buffer.from([0, 0, 9]),
    ]),
  nothing: Buffer.from([5]),
};

// A message as one chunk of type 0.
export function message(chunkStream, type, stream, payload, timestamp = 0) {
  const extended = timestamp >= 0xffffff;
  const header = Buffer.alloc(extended ? 16 : 12);
  header[0] = chunkStream;
  header.writeUIntBE(extended ? 0xffffff : timestamp, 1, 3);
  header.writeUIntBE(payload.length, 4, 3);
  header[7] = type;
  header.writeUInt32LE(stream, 8);
  if (extended) header.writeUInt32BE(timestamp, 12);
  return Buffer.concat([header, payload]);
}

export function command(stream, ...values) {
  return message(3, types.command, stream, Buffer.concat(values));
}

// One chunk holds any message of ours from here on.
export const setChunkSize = message(2, types.setChunkSize, 0, Buffer.from([0, 0x40, 0, 0]));

export const connectCommand = (port) =>
  command(
    0,
    amf.string('connect'),
    amf.number(1),
    amf.object({ app: 'live', tcUrl: `rtmp://127.0.0.1:${port}/live` }),
  );

// Reads a chunk stream; on({type, timestamp, head}) for every message, with its first bytes.
class ChunkReader {
  constructor(on) {
    this.on = on;
    this.chunkSize = 128;
    this.streams = new Map();
    this.rest = Buffer.alloc(0);
  }

  feed(bytes) {
    this.rest = this.rest.length ? Buffer.concat([this.rest, bytes]) : bytes;
    let used;
    while ((used = this.chunk(this.rest)) > 0) this.rest = this.rest.subarray(used);
  }

  // Bytes of the complete chunk at the front; 0 while it is incomplete.
  chunk(bytes) {
    if (bytes.length < 1) return 0;
    const format = bytes[0] >> 6;
    const id = bytes[0] & 63;
    let at = 1 + [11, 7, 3, 0][format];
    if (bytes.length < at) return 0;
    const next = { timestamp: 0, delta: 0, length: 0, received: 0, ...this.streams.get(id) };
    let time = next.delta;
    if (format < 3) {
      time = bytes.readUIntBE(1, 3);
      next.extended = time === 0xffffff;
    }
    if (format < 2) {
      next.length = bytes.readUIntBE(4, 3);
      next.type = bytes[7];
    }
    if (next.extended) {
      if (bytes.length < at + 4) return 0;
      time = bytes.readUInt32BE(at);
      at += 4;
    }
    const size = Math.min(this.chunkSize, next.length - next.received);
    if (bytes.length < at + size) return 0;
    if (next.received === 0) {
      next.delta = format === 0 ? 0 : time;
      next.timestamp = format === 0 ? time : next.timestamp + time;
      next.head = Buffer.from(bytes.subarray(at, at + Math.min(size, 256)));
    }
    next.received = (next.received + size) % next.length;
    this.streams.set(id, next);
    if (next.received === 0) this.deliver(next);
    return at + size;
  }

  deliver({ type, timestamp, head }) {
    if (type === types.setChunkSize) this.chunkSize = head.readUInt32BE(0);
    this.on({ type, timestamp, head });
  }
}

// A connection up to the point where `commands` have been sent, right behind the handshake.
class Client {
  constructor(port, commands) {
    this.socket = connectSocket(port, '127.0.0.1');
    this.socket.on('error', (error) => (this.error = error));
    this.socket.on('close', () => (this.closed = true));
    const reader = new ChunkReader((received) => this.receive(received));
    let handshake = 1 + 2 * handshakeSize;
    this.socket.on('data', (bytes) => {
      const part = Math.min(handshake, bytes.length);
      handshake -= part;
      if (part > 0 && handshake === 0) {
        this.socket.write(
          Buffer.concat([Buffer.alloc(handshakeSize), setChunkSize, connectCommand(port), ...commands]),
        );
      }
      if (bytes.length > part) reader.feed(bytes.subarray(part));
    });
    this.socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(handshakeSize)]));
  }

  close() {
    this.socket.destroy();
  }
}

const createStream = command(0, amf.string('createStream'), amf.number(2), amf.nothing);

export class Player extends Client {
  constructor(port, name) {
    super(port, [createStream, command(1, amf.string('play'), amf.number(3), amf.nothing, amf.string(name))]);
    this.frames = [];
  }

  receive({ type, timestamp, head }) {
    if (type !== types.video || head[1] === 0) return;
    this.frames.push({ timestamp, arrived: Date.now(), keyframe: head[0] >> 4 === 1 });
  }

  firstFrame() {
    return until('the player has a frame', () => this.frames[0]);
  }

  // The longest wait for a frame since `from`, in seconds.
  longestWait(from) {
    const arrivals = this.frames.map((frame) => frame.arrived).filter((time) => time >= from);
    const moments = [from, ...arrivals, Date.now()];
    return Math.max(...moments.slice(1).map((time, i) => time - moments[i])) / 1000;
  }

  stopReading() {
    this.socket.pause();
  }
}

// The audio, video and data tags of an FLV file.
export function flvTags(file) {
  const tags = [];
  for (let at = 13; at + 11 <= file.length;) {
    const size = file.readUIntBE(at + 1, 3);
    const timestamp = file.readUIntBE(at + 4, 3) + file[at + 7] * 2 ** 24;
    tags.push({ type: file[at], timestamp, payload: file.subarray(at + 11, at + 11 + size) });
    at += 11 + size + 4;
  }
  return tags;
}

export class Publisher extends Client {
  constructor(port, key) {
    super(port, [
      createStream,
      command(1, amf.string('publish'), amf.number(3), amf.nothing, amf.string(key), amf.string('live')),
    ]);
    this.statuses = [];
  }

  receive({ type, head }) {
    if (type === types.command) this.statuses.push(head.toString('latin1'));
  }

  started() {
    return until('publishing is allowed', () =>
      this.statuses.some((status) => status.includes('NetStream.Publish.Start')),
    );
  }

  // Sends tags in real time, their timestamps moved by `shift` and taken modulo 2^32.
  async send(tags, shift = 0) {
    const began = Date.now();
    for (const { type, timestamp, payload } of tags) {
      const early = timestamp - tags[0].timestamp - (Date.now() - began);
      if (early > 0) await delay(early);
      this.socket.write(message(4, type, 1, payload, (timestamp + shift) % 2 ** 32));
    }
  }

  goodbye() {
    this.socket.end(command(0, amf.string('deleteStream'), amf.number(4), amf.nothing, amf.number(1)));
  }
}
