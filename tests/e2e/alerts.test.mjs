// Alerts raised by what encoders really do wrong, seen by those who watch a broadcast.
import assert from 'node:assert/strict';
import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { endAfterGoodbye, goLive, must, startTally, until } from './harness.mjs';
import { encode } from './media.mjs';

function alertOf(tally, live, code, accept = () => true) {
  return until(
    `${code} is told`,
    async () => {
      const { items } = await must(tally.get('broadcast', `/api/broadcasts/${live.broadcast.id}/alerts`));
      return items.find((alert) => alert.code === code && accept(alert));
    },
    45,
  );
}

async function liveOn(tally, name) {
  const channel = await must(tally.post('broadcast', '/api/channels', { name }));
  return goLive(tally, channel.id);
}

// A recording whose media cannot be read any more.
async function recordAndRuin(t, tally) {
  const live = await liveOn(tally, 'Ruined');
  encode(t, live.stream.publishUrl, { frames: 90 });
  await endAfterGoodbye(tally, live);
  const folder = join(tally.data, 'recordings', live.broadcast.id);
  for (const name of readdirSync(folder)) if (name.endsWith('.cmaf')) truncateSync(join(folder, name), 10);
  return `/vod/${live.broadcast.id}`;
}

test('what encoders do wrong is told, with what was measured', async (t) => {
  const tally = await startTally(t);
  const [killed, slow, hasty, absent, dark, still] = await Promise.all(
    ['Killed', 'Slow', 'Hasty', 'Absent', 'Dark', 'Still'].map((name) => liveOn(tally, name)),
  );
  const encoder = encode(t, killed.stream.publishUrl);
  encode(t, slow.stream.publishUrl, { gop: 150 });
  encode(t, hasty.stream.publishUrl, { realtime: false, frames: 30_000, size: '160x90' });

  encode(t, dark.stream.publishUrl, { picture: 'color', sound: 'anullsrc' });
  encode(t, still.stream.publishUrl, { picture: 'smptehdbars' });

  const cases = {
    'deliveries that fail are told': async () => {
      const vod = await recordAndRuin(t, tally);
      const [rendition] = (await must(tally.get('cdn', `${vod}/master.m3u8`))).match(/^\w+(?=\/)/m);
      const status = async (file) => (await fetch(tally.url('cdn', `${vod}/${rendition}/${file}`))).status;
      const playlist = await must(tally.get('cdn', `${vod}/${rendition}/playlist.m3u8`));
      const [segment] = playlist.match(/^segment_\d+\.m4s/m);
      for (let i = 0; i < 6; ++i) assert.equal(await status(segment), 503);
      for (let i = 0; i < 300; ++i) assert.equal(await status('playlist.m3u8'), 200);
      const alert = await alertOf(tally, slow, 'edge_errors');
      assert.equal(alert.category, 'delivery');
      assert.match(alert.message, /^\d+\.\d % of the requests for media of the last 30 s failed/);
      assert.ok(alert.evidence.value > 0.5 && alert.evidence.value < 10, JSON.stringify(alert.evidence));
    },
    'a killed encoder is a critical alert until it is back': async () => {
      const path = `/api/streams/${killed.stream.id}`;
      await until('media was measured', async () => {
        return (await must(tally.get('streaming', `${path}/health`))).fps > 0;
      });
      encoder.kill();
      const alert = await alertOf(tally, killed, 'ingest_disconnected');
      assert.equal(alert.severity, 'critical');
      assert.equal(alert.status, 'active');
      assert.match(alert.message, /No media for \d+ s/);
      const health = await must(tally.get('streaming', `${path}/health`));
      assert.equal(health.status, 'critical');
      assert.ok(health.issues.some((issue) => issue.alertId === alert.id));
      assert.equal((await must(tally.get('streaming', path))).healthStatus, 'critical');

      const acknowledged = await must(tally.post('broadcast', `/api/alerts/${alert.id}/acknowledge`));
      assert.equal(acknowledged.status, 'acknowledged');
      encode(t, killed.stream.publishUrl);
      const over = await alertOf(tally, killed, 'ingest_disconnected', ({ resolvedAt }) => resolvedAt);
      assert.equal(over.id, alert.id);
      assert.equal(over.status, 'resolved');
      const broadcast = await must(tally.get('broadcast', `/api/broadcasts/${killed.broadcast.id}`));
      assert.ok(broadcast.alertCounts.critical >= 1, JSON.stringify(broadcast.alertCounts));
    },
    'keyframes five seconds apart are too few': async () => {
      const alert = await alertOf(tally, slow, 'gop_too_long');
      assert.equal(alert.severity, 'warning');
      assert.ok(Math.abs(alert.evidence.value - 5) < 0.1, JSON.stringify(alert.evidence));
      assert.match(alert.message, /every 5\.0 s/);
    },
    'an encoder that does not wait for real time is too fast': async () => {
      const alert = await alertOf(tally, hasty, 'ingest_too_fast');
      assert.ok(alert.evidence.value > 1.1, JSON.stringify(alert.evidence));
    },
    'a live broadcast without an encoder is told after half a minute': async () => {
      const alert = await alertOf(tally, absent, 'ingest_not_started');
      assert.ok(alert.evidence.value >= 30 && alert.evidence.value < 40, JSON.stringify(alert.evidence));
      assert.match(alert.remedy, /rtmp:\/\//);
    },
    'a black picture and silence are told with what was seen and heard': async () => {
      const black = await alertOf(tally, dark, 'video_black');
      assert.equal(black.severity, 'warning');
      assert.ok(black.evidence.value < 2, JSON.stringify(black.evidence));
      const silent = await alertOf(tally, dark, 'audio_silent');
      assert.match(silent.message, /-120 dBFS/);
    },
    'a picture that stands still is told, and its sound is not': async () => {
      const frozen = await alertOf(tally, still, 'video_frozen');
      assert.ok(frozen.evidence.value < 1, JSON.stringify(frozen.evidence));
      const { items } = await must(tally.get('broadcast', `/api/broadcasts/${still.broadcast.id}/alerts`));
      const codes = items.map(({ code }) => code);
      assert.ok(!codes.includes('audio_silent') && !codes.includes('video_black'), codes.join());
    },
  };
  await Promise.all(Object.entries(cases).map(([name, run]) => t.test(name, run)));

  await must(tally.post('streaming', `/api/streams/${slow.stream.id}/stop`));
  await t.test('with its stream an alert ends, and the history keeps it', async () => {
    await alertOf(tally, slow, 'gop_too_long', ({ status }) => status === 'resolved');
    const past = await must(
      tally.get('broadcast', `/api/alerts?channelId=${slow.channelId}&status=resolved`),
    );
    assert.ok(past.items.some((alert) => alert.code === 'gop_too_long'));
    const open = await must(
      tally.get('broadcast', `/api/broadcasts/${slow.broadcast.id}/alerts?status=active`),
    );
    assert.deepEqual(open.items, []);
    assert.equal(open.activeCount, 0);
  });
});
