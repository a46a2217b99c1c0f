// Requests made from the API documents, right and wrong: none may fail the server, or be answered in a way that the
// document does not know. TALLY_FUZZ_REQUESTS and TALLY_FUZZ_SEED make longer and other runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiDocument } from './api_document.mjs';
import { Generator } from './api_generator.mjs';
import { goLive, must, startTally } from './harness.mjs';

const requests = Number(process.env.TALLY_FUZZ_REQUESTS ?? 2000);
const seed = Number(process.env.TALLY_FUZZ_SEED ?? 20261001);
const clients = 8;

// A stream of events does not end by itself, and is tested where events are.
const endless = new Set(['/api/events/stream']);

async function known(tally) {
  const { broadcast, stream } = await goLive(tally);
  const event = await must(
    tally.post('broadcast', '/api/broadcasts/schedule', {
      channelId: 'ch_001',
      title: 'Later',
      scheduledStart: '2099-01-01T00:00:00Z',
    }),
  );
  return ['ch_001', 'channel-one', broadcast.id, stream.id, event.id, '1', '720p'];
}

test(`${requests} requests made from the API document are answered as documented`, async (t) => {
  const tally = await startTally(t, { TALLY_LOG_LEVEL: 'warn' });
  const source = await must(tally.get('console', '/openapi.json'));
  const document = new ApiDocument(source);
  const paths = Object.fromEntries(Object.entries(source.paths).filter(([path]) => !endless.has(path)));
  const generator = new Generator(
    { ...source, paths },
    {
      seed,
      ids: await known(tally),
      // Nothing here leaves the machine.
      texts: {
        ingestUrl: [
          `${tally.rtmp}/ch_001`,
          'rtmp://10.255.255.1/live/x',
          'rtmp://localhost:1/live/x',
          'srt://[::1]:9',
        ],
        url: ['http://127.0.0.1:9/hook', 'https://10.0.0.1/hook', 'ftp://localhost/', 'http://'],
      },
    },
  );

  const complaints = [];
  let left = requests;
  async function client() {
    while (left-- > 0 && complaints.length < 10) {
      const { method, path, headers, body } = generator.request();
      // Most of what can go right needs the first channel.
      if (method === 'DELETE' && /ch_001|channel-one/.test(path)) continue;
      const response = await fetch(tally.url('console', path), { method, headers, body, redirect: 'manual' });
      const text = await response.text();
      const contentType = response.headers.get('content-type');
      const json =
        /json/.test(contentType ?? '') && text && response.status !== 206 ? JSON.parse(text) : undefined;
      if (response.status === 201 && json?.id) generator.learn(json.id);
      const { pathname } = new URL(tally.url('console', path));
      const complaint =
        response.status >= 500
          ? `${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`
          : document.complaint(method, pathname, { status: response.status, contentType, json });
      if (complaint) complaints.push(`${complaint}\n  for ${method} ${path} ${(body ?? '').slice(0, 500)}`);
    }
  }
  await Promise.all(Array.from({ length: clients }, client));
  assert.deepEqual(complaints, [], `seed ${seed}`);
  assert.equal(tally.child.exitCode, null, 'the server still runs');
});
