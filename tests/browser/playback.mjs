// What playing smoothly means, for each way of watching Tally in a browser.
import assert from 'node:assert/strict';
import { watch } from './chromium.mjs';

const watchSeconds = 10;
const toleranceSeconds = 0.5;

function assertSmooth(seen) {
  const drift = Math.abs(seen.advanced - seen.elapsed);
  assert.ok(drift <= toleranceSeconds, `${seen.advanced} s of media in ${seen.elapsed} s`);
  assert.equal(seen.stalls, 0, 'playback stalled');
  assert.deepEqual([seen.width, seen.height], [1280, 720]);
  assert.deepEqual(seen.errors, []);
}

/** `gateway`: the one origin of pages, APIs and media, "http://localhost:3000". */
export async function assertWatchPagePlaysLive(browser, gateway, channel) {
  const seen = await watch(browser, `${gateway}/watch/${channel}`, watchSeconds);
  assertSmooth(seen);
  assert.deepEqual(seen.origins, [gateway], 'the page loads from its own origin only');
}

export async function assertWatchPagePlaysRecording(browser, gateway, broadcast) {
  assertSmooth(await watch(browser, `${gateway}/watch/vod/${broadcast}`, watchSeconds));
}

export async function assertWatchPageStarts(browser, url) {
  const { advanced, errors } = await watch(browser, url, 1);
  assert.ok(advanced > 0.5, `${advanced} s of media in a second`);
  assert.deepEqual(errors, []);
}

export async function assertWatchPageIsClosed(browser, url) {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    await page.getByText('This link does not open the video').waitFor({ timeout: 10_000 });
  } finally {
    await page.close();
  }
}

/** `dashPage`: of serveDashPage(). */
export async function assertDashPlays(browser, dashPage, manifest) {
  assertSmooth(await watch(browser, dashPage.url(manifest), watchSeconds));
}
