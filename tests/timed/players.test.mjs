// Many players of one stream, over RTMP and HLS at once: each gets all of it, whatever the others do.
import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { goLive, must, startTally, until } from '../e2e/harness.mjs';
import { encode, gstreamer } from '../e2e/media.mjs';
import { Player } from '../e2e/rtmp.mjs';

const crowd = 200;
const seconds = 10;
const megabyte = 1024 * 1024;

// One player on one kept connection: reloads the playlist and fetches every segment once, in order.
class HlsPlayer {
  constructor(playlist) {
    this.playlist = playlist;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.segments = [];
    this.media = 0;
  }

  fetch(url) {
    return new Promise((resolve, reject) => {
      get(url, { agent: this.agent }, (response) => {
        let text = '';
        response.setEncoding('latin1');
        response.on('data', (piece) => (text += piece));
        response.on('end', () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(`${url}: ${response.statusCode}`)),
        );
      }).on('error', reject);
    });
  }

  async play(until) {
    while (Date.now() < until) {
      const text = await this.fetch(this.playlist);
      const first = Number(text.match(/#EXT-X-MEDIA-SEQUENCE:(\d+)/)[1]);
      const listed = [...text.matchAll(/#EXTINF:([\d.]+),.*\n(?:#.*\n)*(.+)/g)];
      for (const [i, [, duration, uri]] of listed.entries()) {
        const number = first + i;
        if (this.segments.length > 0 && number <= this.segments.at(-1)) continue;
        await this.fetch(new URL(uri, this.playlist));
        this.segments.push(number);
        this.media += Number(duration);
      }
      await delay(500 + Math.random() * 500);
    }
    this.agent.destroy();
  }
}

test('200 RTMP and 200 HLS players play without a stall, beside one that stopped reading', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  const master = tally.url('cdn', '/live/ch_001/playlist.m3u8');
  await until(
    'a few segments are listed',
    async () =>
      ((await tally.get('cdn', '/live/ch_001/180p/playlist.m3u8')).text.match(/#EXTINF/g) ?? []).length > 2,
  );

  const blocked = new Player(tally.ports.rtmp, 'ch_001');
  await blocked.firstFrame();
  const players = Array.from({ length: crowd }, () => new Player(tally.ports.rtmp, 'ch_001'));
  t.after(() => [blocked, ...players].forEach((player) => player.close()));
  await Promise.all(players.map((player) => player.firstFrame()));
  assert.ok(
    players.every((player) => player.frames[0].keyframe),
    'playing starts with a keyframe',
  );
  blocked.stopReading();
  const memory = tally.memory();
  const started = Date.now();
  const viewers = Array.from({ length: crowd }, () => new HlsPlayer(new URL('180p/playlist.m3u8', master)));
  await Promise.all(viewers.map((viewer) => viewer.play(started + seconds * 1000)));

  for (const player of players) {
    assert.equal(player.closed, undefined, 'no player is disconnected');
    assert.ok(player.longestWait(started) < 1, `an RTMP player waited ${player.longestWait(started)} s`);
    const { timestamp } = player.frames.find((frame) => frame.arrived >= started);
    const played = (player.frames.at(-1).timestamp - timestamp) / 1000;
    assert.ok(played > seconds - 1.5, `an RTMP player got ${played} s of ${seconds} s`);
  }
  for (const viewer of viewers) {
    const [first] = viewer.segments;
    assert.deepEqual(
      viewer.segments,
      viewer.segments.map((_, i) => first + i),
      'no segment is missed',
    );
    assert.ok(viewer.media > seconds - 2, `an HLS player got ${viewer.media} s of ${seconds} s`);
  }
  assert.ok(
    tally.memory() - memory < 100 * megabyte,
    `memory grew by ${(tally.memory() - memory) / megabyte} MB`,
  );
});

test('GStreamer plays live HLS, live DASH and the recording', async (t) => {
  const tally = await startTally(t);
  const live = await goLive(tally);
  encode(t, live.stream.publishUrl);
  await until('the channel plays', async () => (await tally.get('cdn', '/live/ch_001/playlist.m3u8')).ok);
  await t.test('live HLS', (t) => gstreamer(t, live.stream.playbackUrls.hls, 'hlsdemux', 90));
  await t.test('live DASH', (t) => gstreamer(t, live.stream.playbackUrls.dash, 'dashdemux', 90));
  await must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
  await t.test('the recording', (t) => gstreamer(t, live.vod, 'hlsdemux', 90));
});
