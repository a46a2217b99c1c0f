// A player that speaks just enough RTMP to count what it is sent, and to stop reading on purpose.
import { connect as connectSocket } from 'node:net';
import { until } from './harness.mjs';

export const handshakeSize = 1536;

const number = (value) => {
  const bytes = Buffer.alloc(9);
  bytes.writeDoubleBE(value, 1);
  return bytes;
};
const utf8 = (text) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};
const string = (text) => Buffer.concat([Buffer.from([2]), utf8(text)]);
const object = (members) =>
  Buffer.concat([
    Buffer.from([3]),
    ...Object.entries(members).flatMap(([name, value]) => [utf8(name), string(value)]),
    Buffer.from([0, 0, 9]),
  ]);
const nothing = Buffer.from([5]);

// One message as a single chunk: the chunk size of the sender is raised before the first long one.
export function message(chunkStream, type, stream, payload) {
  const header = Buffer.alloc(12);
  header[0] = chunkStream;
  header.writeUIntBE(payload.length, 4, 3);
  header[7] = type;
  header.writeUInt32LE(stream, 8);
  return Buffer.concat([header, payload]);
}

export const setChunkSize = (size) => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(size);
  return message(2, 1, 0, payload);
};

export const connectCommand = (port) =>
  message(
    3,
    20,
    0,
    Buffer.concat([
      string('connect'),
      number(1),
      object({ app: 'live', tcUrl: `rtmp://127.0.0.1:${port}/live` }),
    ]),
  );

const playCommands = (name) => [
  message(3, 20, 0, Buffer.concat([string('createStream'), number(2), nothing])),
  message(8, 20, 1, Buffer.concat([string('play'), number(3), nothing, string(name)])),
];

// Reads a chunk stream: on(type, timestamp, payloadSize, firstByte) for every message.
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
    if (bytes.length < 12) return 0;
    const format = bytes[0] >> 6;
    const id = bytes[0] & 63;
    if (id < 2) throw new Error('a server of ours has no use for long chunk stream ids');
    const before = this.streams.get(id) ?? { timestamp: 0, delta: 0, length: 0, type: 0, received: 0 };
    const next = { ...before };
    let at = 1;
    let time = before.extended ? 0xffffff : 0;
    if (format < 3) {
      time = bytes.readUIntBE(1, 3);
      at += [11, 7, 3][format];
      next.extended = time === 0xffffff;
      if (format < 2) {
        next.length = bytes.readUIntBE(4, 3);
        next.type = bytes[7];
      }
    }
    if (next.extended) {
      if (bytes.length < at + 4) return 0;
      time = bytes.readUInt32BE(at);
      at += 4;
    }
    const size = Math.min(this.chunkSize, next.length - next.received);
    if (bytes.length < at + size) return 0;
    if (next.received === 0) {
      if (format === 0) next.timestamp = time;
      else next.timestamp += format < 3 ? (next.delta = time) : next.delta;
    }
    this.streams.set(id, next);
    if (next.received === 0) next.head = Buffer.from(bytes.subarray(at, at + 4));
    next.received += size;
    if (next.received === next.length) {
      next.received = 0;
      if (next.type === 1) this.chunkSize = next.head.readUInt32BE(0);
      this.on(next.type, next.timestamp, next.head);
    }
    return at + size;
  }
}

export class Player {
  constructor(port, name) {
    this.frames = [];
    this.socket = connectSocket(port, '127.0.0.1');
    this.socket.on('error', (error) => (this.error = error));
    this.socket.on('close', () => (this.closed = true));
    let handshake = 1 + 2 * handshakeSize;
    const reader = new ChunkReader((type, timestamp, head) => {
      if (type === 9) this.frames.push({ timestamp, arrived: Date.now(), keyframe: head[0] >> 4 === 1 });
    });
    this.socket.on('data', (bytes) => {
      if (handshake > 0) {
        const part = Math.min(handshake, bytes.length);
        handshake -= part;
        bytes = bytes.subarray(part);
        if (handshake === 0) {
          this.socket.write(
            Buffer.concat([
              Buffer.alloc(handshakeSize),
              setChunkSize(65536),
              connectCommand(port),
              ...playCommands(name),
            ]),
          );
        }
      }
      if (bytes.length) reader.feed(bytes);
    });
    this.socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(handshakeSize)]));
  }

  firstFrame() {
    return until('the player has a frame', () => this.error ?? this.frames.length > 0);
  }

  // The longest wait between two frames since `from`, until now, in seconds.
  longestWait(from) {
    const arrivals = this.frames.map((frame) => frame.arrived).filter((time) => time >= from);
    const edges = [from, ...arrivals, Date.now()];
    return Math.max(...edges.slice(1).map((time, i) => time - edges[i])) / 1000;
  }

  stopReading() {
    this.socket.pause();
  }

  close() {
    this.socket.destroy();
  }
}
