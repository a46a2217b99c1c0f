// Starts and stops streams one after another, and says how long the answers took.
// usage: api_cycle.mjs prepare STREAMING_PORT BROADCAST_PORT CHANNELS LIVE   makes channels, and streams on the first
//                                                                           LIVE of them; prints those channels' ids
//        api_cycle.mjs measure STREAMING_PORT BROADCAST_PORT TIMES          of live streams in turn: stop, and start
//                                                                           again for another broadcast
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

// The JSON of the answer, and the milliseconds it took.
function call(method, port, path, body) {
  const text = body && JSON.stringify(body);
  const headers = text
    ? {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
      }
    : {};
  return new Promise((done, fail) => {
    const asked = performance.now();
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
      let received = '';
      answer.on('data', (piece) => (received += piece));
      answer.on('end', () => {
        const took = performance.now() - asked;
        if (answer.statusCode >= 300) fail(new Error(`${method} ${path}: ${answer.statusCode} ${received}`));
        else done({ json: JSON.parse(received), took });
      });
    });
    sent.on('error', fail);
    sent.end(text);
  });
}

async function goLive(ports, channelId) {
  const broadcast = await call('POST', ports.broadcast, '/api/broadcasts', {
    channelId,
    title: 'Measured',
  });
  const broadcastId = broadcast.json.id;
  const stream = await call('POST', ports.streaming, '/api/streams/start', {
    channelId,
    broadcastId,
  });
  await call('POST', ports.broadcast, `/api/broadcasts/${broadcastId}/start`);
  return { broadcastId, streamId: stream.json.id, took: stream.took };
}

async function prepare(ports, channels, live) {
  const ids = [];
  for (let i = 0; i < channels; i++) {
    const made = await call('POST', ports.broadcast, '/api/channels', {
      name: `Channel ${i}`,
    });
    ids.push(made.json.id);
  }
  for (const channel of ids.slice(0, live)) await goLive(ports, channel);
  return ids.slice(0, live);
}

function percentiles(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(2);
  return `p50_ms=${at(0.5)} p99_ms=${at(0.99)} longest_ms=${at(1)}`;
}

// Streams that media arrives for.
async function liveStreams(ports) {
  const items = [];
  for (let path = '/api/streams?limit=100'; path;) {
    const { json } = await call('GET', ports.streaming, path);
    items.push(...json.items);
    path = json.hasMore && `/api/streams?limit=100&cursor=${json.nextCursor}`;
  }
  return items.filter(({ status }) => status === 'active');
}

async function measure(ports, times) {
  const taken = { start: [], stop: [] };
  let queue = [];
  while (taken.stop.length < times) {
    if (queue.length === 0) {
      await delay(3000); // encoders dial in again
      queue = await liveStreams(ports);
      console.log(`${queue.length} live streams`);
      if (queue.length === 0) throw new Error('no stream is live');
    }
    const { id, channelId } = queue.pop();
    taken.stop.push((await call('POST', ports.streaming, `/api/streams/${id}/stop`)).took);
    taken.start.push((await goLive(ports, channelId)).took);
    await delay(10);
  }
  console.log(`start ${percentiles(taken.start)}`);
  console.log(`stop ${percentiles(taken.stop)}`);
}

const [action, streaming, broadcast, ...counts] = process.argv.slice(2);
const ports = { streaming, broadcast };
if (action === 'prepare') console.log((await prepare(ports, ...counts.map(Number))).join('\n'));
else await measure(ports, Number(counts[0]));
agent.destroy();
