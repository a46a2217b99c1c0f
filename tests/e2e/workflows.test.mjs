// The four workflows that a broadcaster and a viewer go through, step by step.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endAfterGoodbye, goLive, must, startTally, streamIs, until } from './harness.mjs';
import { encode, streamsOf } from './media.mjs';

test('before the first broadcast every service is healthy and the channel is offline, with a poster', async (t) => {
  const tally = await startTally(t);
  for (const service of ['streaming', 'broadcast', 'cdn', 'analytics', 'console']) {
    for (const path of ['/health', '/health/ready', '/health/live']) {
      const health = await tally.get(service, path);
      assert.equal(health.status, 200, `${service}${path}`);
      assert.equal(health.json.status, 'healthy', `${service}${path}`);
    }
  }
  const offline = await tally.get('cdn', '/live/ch_001/playlist.m3u8');
  assert.equal(offline.status, 404);
  assert.equal(offline.json.code, 'channel_offline');
  assert.ok(Number(offline.headers.get('retry-after')) > 0);
  const poster = await assertJpeg(tally, '/thumbnails/ch_001.jpg');
  const again = await fetch(tally.url('cdn', '/thumbnails/ch_001.jpg'), {
    headers: { 'If-None-Match': poster.get('etag') },
  });
  assert.equal(again.status, 304, 'a poster that has not changed is not sent again');
  const unknown = await tally.get('cdn', '/thumbnails/ch_nobody.jpg');
  assert.equal(unknown.status, 404);
  assert.equal(unknown.json.code, 'channel_not_found');
});

test('an ingest URL is tested by a handshake, and never within a private network', async (t) => {
  const tally = await startTally(t);
  const check = (service, ingestUrl) =>
    tally.post(service, '/api/streams/test-connection', { ingestUrl, protocol: 'RTMP' });
  for (const service of ['streaming', 'console']) {
    const tested = await must(check(service, 'rtmp://ingest.example.com/live/ch_001'));
    assert.equal(tested.success, true, service);
    assert.deepEqual(
      tested.steps.map((step) => [step.name, step.ok]),
      ['resolve', 'connect', 'handshake', 'publish_probe'].map((name) => [name, true]),
    );
    assert.equal(tested.error, null);
    assert.ok(tested.latencyMs > 0);
  }
  const refused = await must(check('streaming', 'rtmp://10.255.255.1/live/x'));
  assert.equal(refused.success, false);
  assert.equal(refused.error.code, 'host_not_allowed');
  const malformed = await check('streaming', 'not a URL');
  assert.equal(malformed.status, 400);
  assert.equal(malformed.json.success, false);
  assert.deepEqual(
    (await must(tally.get('broadcast', '/api/broadcasts'))).items,
    [],
    'nothing was published',
  );
});

async function assertJpeg(tally, path) {
  const image = await fetch(tally.url('cdn', path));
  assert.equal(image.status, 200);
  assert.equal(image.headers.get('content-type'), 'image/jpeg');
  const start = Buffer.from(await image.arrayBuffer()).subarray(0, 3);
  assert.equal(start.toString('hex'), 'ffd8ff');
  return image.headers;
}

test('a broadcast is started, watched in every format, stopped and recorded', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  assert.equal(live.broadcast.status, 'scheduled');
  const broadcastPath = `/api/broadcasts/${live.broadcast.id}`;
  const streamPath = `/api/streams/${live.stream.id}`;

  await t.test('starting changes the broadcast, the channel and the stream', async () => {
    const broadcast = await must(tally.get('broadcast', broadcastPath));
    assert.equal(broadcast.status, 'live');
    assert.ok(broadcast.startedAt);
    const stream = await must(tally.get('streaming', streamPath));
    assert.equal(stream.channel.id, 'ch_001');
    assert.equal(stream.channel.status, 'active');
    assert.equal(stream.streamKey ?? null, null, 'the key is shown once');
    assert.ok(live.stream.publishUrl.endsWith(live.stream.streamKey));
  });

  await t.test('starting the same again answers the running stream', async () => {
    const again = await tally.post('streaming', '/api/streams/start', {
      channelId: 'ch_001',
      broadcastId: live.broadcast.id,
      protocol: 'RTMP',
    });
    assert.equal(again.status, 200);
    assert.equal(again.json.id, live.stream.id);
    assert.equal((await tally.post('broadcast', `${broadcastPath}/start`)).status, 200);
  });

  const started = Date.now();
  encode(t, live.stream.publishUrl, { size: '640x360' });
  await until('the live playlist is there', async () =>
    /RESOLUTION=640x360/.test((await tally.get('cdn', '/live/ch_001/playlist.m3u8')).text),
  );

  await t.test('HLS, DASH and RTMP play', async () => {
    for (const url of Object.values(live.stream.playbackUrls)) {
      const { video, audio } = await streamsOf(url);
      assert.equal(video?.codec_name, 'h264', url);
      assert.equal(video.height, 360, url);
      assert.equal(audio?.codec_name, 'aac', url);
    }
  });

  await t.test("the channel's name and the gateway serve the same stream", async () => {
    const { channel } = await must(tally.get('streaming', streamPath));
    assert.equal((await tally.get('cdn', `/live/${channel.slug}/playlist.m3u8`)).status, 200);
    assert.equal((await tally.get('console', '/live/ch_001/playlist.m3u8')).status, 200);
    assert.equal((await must(tally.get('console', streamPath))).id, live.stream.id);
  });

  await t.test('the thumbnail is of the live picture', async () => {
    const headers = await assertJpeg(tally, '/thumbnails/ch_001.jpg');
    assert.equal(headers.get('x-thumbnail-state'), 'live');
  });

  await t.test(
    'playback URLs are answered all together, one by one, and never for an unknown format',
    async () => {
      const all = await must(tally.get('streaming', `${streamPath}/playback`));
      assert.deepEqual(Object.keys(all.playbackUrls).sort(), ['dash', 'hls', 'rtmp']);
      const one = await must(tally.get('streaming', `${streamPath}/playback?format=dash`));
      assert.deepEqual(Object.keys(one.playbackUrls), ['dash']);
      assert.equal(one.url, one.playbackUrls.dash);
      assert.equal((await tally.get('streaming', `${streamPath}/playback?format=betamax`)).status, 400);
    },
  );

  await t.test('what is not built yet is a 404 in JSON', async () => {
    const answer = await tally.get('broadcast', `${broadcastPath}/clips`);
    assert.equal(answer.status, 404);
    assert.match(answer.headers.get('content-type'), /problem\+json/);
    assert.ok(answer.headers.get('x-request-id'));
  });

  await until('a few segments are recorded', () => Date.now() - started > 6000);
  const stopped = await must(tally.post('streaming', `${streamPath}/stop`));

  await t.test('stopping completes the broadcast before it answers', async () => {
    assert.equal(stopped.status, 'stopped');
    assert.equal(stopped.broadcast.status, 'completed');
    const broadcast = await must(tally.get('broadcast', broadcastPath));
    assert.equal(broadcast.status, 'completed');
    assert.ok(broadcast.duration > 5 && broadcast.duration < 60, `duration ${broadcast.duration}`);
    const listed = await must(tally.get('streaming', '/api/streams'));
    assert.deepEqual(listed.items, []);
    const repeated = await tally.post('streaming', `${streamPath}/stop`);
    assert.equal(repeated.status, 200);
  });

  await t.test('the recording plays at once as VOD, as a download and as previews', async () => {
    const recording = await must(tally.get('cdn', `/api/recordings/${live.broadcast.id}`));
    assert.equal(recording.playable, true);
    assert.match(
      await must(tally.get('cdn', `/vod/${live.broadcast.id}/360p/playlist.m3u8`)),
      /#EXT-X-ENDLIST/,
    );
    const vod = await streamsOf(live.vod);
    assert.ok(vod.duration > 4, `VOD of ${vod.duration} s`);
    await until(
      'the download is ready',
      async () => (await must(tally.get('cdn', `/api/recordings/${live.broadcast.id}`))).downloadReady,
    );
    const download = tally.url('cdn', `/downloads/${live.broadcast.id}.mp4`);
    const file = await streamsOf(download);
    assert.ok(file.video && file.audio);
    assert.ok(
      Math.abs(file.duration - vod.duration) < 0.5,
      `download ${file.duration} s, VOD ${vod.duration} s`,
    );
    const range = await fetch(download, { headers: { Range: 'bytes=4-7' } });
    assert.equal(range.status, 206);
    assert.equal(await range.text(), 'ftyp');
    assert.ok((await streamsOf(tally.url('cdn', `/vod/${live.broadcast.id}/preview_1.mp4`))).video);
    const beyond = await tally.get('cdn', `/vod/${live.broadcast.id}/preview_4.mp4`);
    assert.equal(beyond.status, 404);
  });

  await t.test('players reach the end of the live playlist, and the channel is idle', async () => {
    const playlist = await tally.get('cdn', '/live/ch_001/360p/playlist.m3u8');
    assert.ok(playlist.text.trimEnd().endsWith('#EXT-X-ENDLIST'), playlist.text);
    assert.equal((await must(tally.get('broadcast', '/api/channels/ch_001'))).status, 'inactive');
  });
});

test('an encoder that dials in unannounced starts a broadcast, and its goodbye ends it', async (t) => {
  const tally = await startTally(t);
  const rotated = await must(tally.post('broadcast', '/api/channels/ch_001/rotate-key'));
  const encoder = encode(t, `${tally.rtmp}/${rotated.streamKey}`, { frames: 120 });
  const broadcast = await until('a broadcast is live', async () => {
    const { items } = await must(tally.get('broadcast', '/api/broadcasts?status=live'));
    return items[0];
  });
  assert.equal(broadcast.channelId, 'ch_001');
  assert.deepEqual(await encoder.done, { code: 0, errors: '' });
  await until(
    'the broadcast is completed',
    async () =>
      (await must(tally.get('broadcast', `/api/broadcasts/${broadcast.id}`))).status === 'completed',
    25,
  );
});

test('a wrong key is refused', async (t) => {
  const tally = await startTally(t);
  const encoder = encode(t, `${tally.rtmp}/sk_live_wrong`, { frames: 30 });
  assert.notEqual((await encoder.done).code, 0);
  assert.deepEqual((await must(tally.get('broadcast', '/api/broadcasts'))).items, []);
});

test('the recording has all that was sent, to the last frame', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  await encode(t, live.stream.publishUrl, { frames: 150 }).done;
  await streamIs(tally, live, 'reconnecting');
  await endAfterGoodbye(tally, live);
  const { duration } = await streamsOf(live.vod);
  assert.ok(Math.abs(duration - 5) < 0.1, `VOD of ${duration} s`);
});
