// A server of the operator's that is asked before an encoder or a viewer is let in.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { goLive, startTally, until } from './harness.mjs';
import { encode, streamsOf } from './media.mjs';
import { Publisher } from './rtmp.mjs';

const secret = `whsec_${Buffer.from('a secret that only these tests use').toString('base64')}`;

// Keeps what it is asked and answers as `hook.answer(question, response)` says.
async function startHook(t) {
  const hook = { asked: [], answer: (question, response) => response.end() };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    hook.asked.push(new Webhook(secret).verify(body, request.headers));
    hook.answer(JSON.parse(body), response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => (server.closeAllConnections(), server.close()));
  hook.url = `http://127.0.0.1:${server.address().port}/hook`;
  return hook;
}

const settingsOf = (hook) => ({
  TALLY_HOOKS_PUBLISH: hook.url,
  TALLY_HOOKS_PLAY: hook.url,
  TALLY_HOOKS_SECRET: secret,
  TALLY_HOOKS_TIMEOUT: '500ms',
});

async function publishAnswer(t, tally, live) {
  const publisher = new Publisher(tally.ports.rtmp, live.stream.streamKey);
  t.after(() => publisher.close());
  return until('the publish is answered', () =>
    publisher.statuses.find((each) => each.includes('NetStream.Publish')),
  );
}

const no = (question, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ allow: false, reason: `no ${question.event} today` }));
};
const silence = () => {};
const yes = (question, response) => response.end();
const playlist = '/live/ch_001/playlist.m3u8';

test('the hooks decide who publishes and who plays, with a reason', async (t) => {
  const hook = await startHook(t);
  const tally = await startTally(t, settingsOf(hook));
  const live = await goLive(tally);

  hook.answer = no;
  assert.match(await publishAnswer(t, tally, live), /NetStream\.Publish\.Denied.*no publish today/s);
  hook.answer = silence;
  assert.match(await publishAnswer(t, tally, live), /NetStream\.Publish\.Denied.*does not answer/s);
  hook.answer = yes;
  encode(t, live.stream.publishUrl);
  await until('the channel plays', async () => (await tally.get('cdn', playlist)).ok);
  const [publish] = hook.asked;
  assert.deepEqual(publish, {
    event: 'publish',
    channelId: 'ch_001',
    protocol: 'rtmp',
    address: '127.0.0.1',
    broadcastId: live.broadcast.id,
  });

  const plays = () => hook.asked.filter(({ event }) => event === 'play').length;
  const before = plays();
  for (let i = 0; i < 3; ++i) assert.ok((await tally.get('cdn', playlist)).ok);
  assert.ok(plays() <= before + 1, 'playlist reloads are not asked about each time');

  hook.answer = no;
  const refused = await until('the remembered answer is forgotten', async () => {
    const answer = await tally.get('cdn', '/live/ch_001/manifest.mpd');
    return answer.status === 403 && answer;
  });
  assert.deepEqual([refused.json.code, refused.json.detail], ['refused_by_hook', 'no play today']);
  await assert.rejects(streamsOf(`${tally.rtmp}/ch_001`));
  assert.equal(hook.asked.at(-1).protocol, 'rtmp');
  const told = JSON.stringify(hook.asked);
  assert.ok(!told.includes(live.stream.streamKey) && !tally.logText().includes(secret));
});

test('a hook that does not answer in time lets in where the settings say so', async (t) => {
  const hook = await startHook(t);
  const tally = await startTally(t, { ...settingsOf(hook), TALLY_HOOKS_ON_FAILURE: 'allow' });
  const live = await goLive(tally);
  hook.answer = silence;
  const asked = Date.now();
  assert.match(await publishAnswer(t, tally, live), /NetStream\.Publish\.Start/);
  assert.ok(Date.now() - asked >= 450);
  assert.match(tally.logText(), /"event":"hook\.failed"/);
});
