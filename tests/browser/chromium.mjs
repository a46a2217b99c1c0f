// Debian's Chromium without a screen, and what its video elements say about playback.
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const startMilliseconds = 20_000;

export const launchChromium = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

/**
 * Opens `url`, waits until its video plays, then watches it for `seconds`.
 * Gives { advanced, elapsed, stalls, width, height, origins, errors }: media seconds and wall seconds between the
 * same two moments, `waiting` events between them, the frame's size, where the page loaded from, script errors.
 */
export async function watch(browser, url, seconds) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const origins = new Set();
  const errors = [];
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.goto(url);
    await page.waitForFunction(isPlaying, undefined, { timeout: startMilliseconds });
    const seen = await page.evaluate(observe, seconds);
    return { ...seen, origins: [...origins].filter((origin) => origin.startsWith('http')), errors };
  } finally {
    await page.close();
  }
}

/** In the page: true once pictures are moving. */
function isPlaying() {
  const video = document.querySelector('video');
  return video !== null && !video.paused && video.currentTime > 0 && video.readyState >= 3;
}

/** In the page. */
async function observe(seconds) {
  const video = document.querySelector('video');
  const moment = () => ({ media: video.currentTime, wall: performance.now() / 1000 });
  let stalls = 0;
  video.addEventListener('waiting', () => ++stalls);
  const start = moment();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const end = moment();
  return {
    advanced: end.media - start.media,
    elapsed: end.wall - start.wall,
    stalls,
    width: video.videoWidth,
    height: video.videoHeight,
  };
}
