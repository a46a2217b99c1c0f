// Who gets in when keys are required: over HTTP by API keys, over RTMP by stream keys.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { call, goLive, must, runTally, startTally, until } from './harness.mjs';
import { encode, streamsOf } from './media.mjs';
import { Publisher } from './rtmp.mjs';

const required = { TALLY_AUTH_MODE: 'required' };

async function makeKey(data, name, scopes, channels) {
  const limits = channels ? ['--channels', channels] : [];
  const made = await runTally([
    'keys',
    'create',
    '--name',
    name,
    '--scopes',
    scopes,
    '--data',
    data,
    ...limits,
  ]);
  assert.equal(made.code, 0, made.err);
  return made.out.trim();
}

async function refused(port, name) {
  const publisher = new Publisher(port, name);
  const status = await until('the publish is answered', () =>
    publisher.statuses.find((each) => each.includes('NetStream.Publish')),
  );
  publisher.close();
  assert.match(status, /NetStream.Publish.Denied/);
  return status;
}

test('an open API is refused on the network, in one line', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'tally-access-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const { code, err } = await runTally(['serve', '--data', data], { TALLY_SERVER_BIND: '0.0.0.0' });
  assert.equal(code, 1);
  assert.match(err, /^tally: auth\.mode: "open" is for loopback alone[^\n]*\n$/);
});

test('with keys required, a broadcast is run by keys alone', async (t) => {
  const tally = await startTally(t, required);
  const without = await tally.get('streaming', '/api/streams');
  assert.equal(without.status, 401);
  assert.equal(without.json.code, 'authentication_required');
  assert.equal(without.headers.get('www-authenticate'), 'Bearer realm="tally"');
  assert.ok((await tally.get('cdn', '/health')).ok);

  tally.key = await makeKey(tally.data, 'operator', 'admin');
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await until(
    'the channel plays',
    async () => (await call('GET', tally.url('cdn', '/live/ch_001/playlist.m3u8'))).ok,
  );
  for (const about of ['/live/ch_001/about.json', `/vod/${live.broadcast.id}/about.json`]) {
    const told = await must(call('GET', tally.url('cdn', about)));
    assert.equal(told.channel.name, 'Channel One');
    assert.equal(told.broadcast.title, live.broadcast.title);
    assert.equal(told.broadcast.id, live.broadcast.id);
  }
  const seen = await must(tally.get('streaming', `/api/streams/${live.stream.id}`));
  assert.equal(seen.streamKey, live.stream.streamKey, 'admin includes streams:keys');
  assert.ok(!JSON.stringify(await must(tally.get('streaming', '/api/streams'))).includes('sk_live_'));

  await must(tally.post('broadcast', '/api/channels', { name: 'Other', slug: 'other' }));
  const limited = await must(
    tally.post('broadcast', '/api/keys', { name: 'other', scopes: ['streams:*'], channelIds: ['other'] }),
  );
  const stop = tally.url('streaming', `/api/streams/${live.stream.id}/stop`);
  const foreign = await call('POST', stop, undefined, limited.key);
  assert.deepEqual([foreign.status, foreign.json.code], [403, 'channel_not_allowed']);
  const reader = await makeKey(tally.data, 'reader', 'streams:read', 'ch_001');
  const weak = await call('POST', stop, undefined, reader);
  assert.deepEqual([weak.status, weak.json.code], [403, 'insufficient_scope']);
  const read = await call('GET', tally.url('streaming', `/api/streams/${live.stream.id}`), undefined, reader);
  assert.equal(read.status, 200);
  assert.equal(read.json.streamKey, undefined);
  assert.match(read.headers.get('ratelimit'), /^"reads";r=\d+;t=1$/);
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));

  const log = tally.logText();
  assert.match(log, new RegExp(`"event":"request".*"key":"${limited.id}"`));
  assert.ok(!/[st]k_live_[A-Za-z0-9]/.test(log));
});

test('with keys required, loopback encoders need theirs, and guessing is slowed down', async (t) => {
  const tally = await startTally(t, required);
  assert.match(await refused(tally.ports.rtmp, 'ch_001'), /unknown stream key/);
  assert.match(await refused(tally.ports.rtmp, 'ch_001?key=sk_live_guess'), /wrong stream key/);
  for (let i = 2; i < 30; ++i) await refused(tally.ports.rtmp, `sk_live_${i}`);
  assert.match(await refused(tally.ports.rtmp, 'sk_live_30'), /too many refused attempts/);
  assert.ok(!/sk_live_[A-Za-z0-9]/.test(tally.logText()));
});

async function plays(url) {
  const { video, audio } = await streamsOf(url);
  return video !== undefined && audio !== undefined;
}

test('what is private plays for who has a token, live and recorded, by unmodified players', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  const encoder = encode(t, live.stream.publishUrl);
  await until('the channel plays', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);

  await must(call('PATCH', tally.url('broadcast', '/api/channels/ch_001'), { visibility: 'private' }));
  const untold = await call('GET', tally.url('cdn', '/live/ch_001/about.json'));
  assert.deepEqual([untold.status, untold.json.code], [403, 'token_required']);
  const paths = ['/live/ch_001/playlist.m3u8', '/live/ch_001/manifest.mpd', '/thumbnails/ch_001.jpg'];
  for (const path of paths) {
    const refusedHere = await tally.get('cdn', path);
    assert.deepEqual([refusedHere.status, refusedHere.json.code], [403, 'token_required'], path);
  }
  const { urls, token } = await must(tally.post('cdn', '/api/cdn/sign', { channelId: 'ch_001' }));
  const here = (url) => {
    const { pathname, search, protocol } = new URL(url);
    return protocol === 'rtmp:' ? `${tally.rtmp}/ch_001${search}` : tally.url('cdn', pathname + search);
  };
  for (const name of ['hls', 'dash', 'rtmp']) assert.ok(await plays(here(urls[name])), name);
  assert.ok((await call('GET', here(urls.thumbnail))).ok);
  await assert.rejects(plays(`${tally.rtmp}/ch_001`));
  const other = await must(tally.post('broadcast', '/api/channels', { name: 'Other' }));
  const wrong = await must(tally.post('cdn', '/api/cdn/sign', { channelId: other.id }));
  const misused = await tally.get('cdn', `/live/ch_001/playlist.m3u8?token=${wrong.token}`);
  assert.equal(misused.json.code, 'token_not_for_this');

  const playback = await must(
    tally.get('streaming', `/api/streams/${live.stream.id}/playback?token=1&format=hls`),
  );
  assert.ok(await plays(here(playback.url)));
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  encoder.kill();
  const vod = `/vod/${live.broadcast.id}/master.m3u8`;
  assert.equal((await tally.get('cdn', vod)).json.code, 'token_required');
  assert.ok(await plays(tally.url('cdn', `${vod}?token=${token}`)));
  const download = `/downloads/${live.broadcast.id}.mp4`;
  assert.equal((await tally.get('cdn', download)).status, 403);
  assert.ok(await plays(tally.url('cdn', `${download}?token=${token}`)));
  assert.ok(!tally.logText().includes(token));
});
