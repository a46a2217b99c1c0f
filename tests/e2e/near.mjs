// Figures beside those that are expected.
import assert from 'node:assert/strict';
import { quantile } from './audience_script.mjs';

export function near(actual, expected, tolerance, what) {
  const difference = Math.abs(actual - expected);
  assert.ok(
    difference <= tolerance * Math.max(Math.abs(expected), 1e-9) + 1e-9,
    `${what}: ${actual}, not ${expected}`,
  );
}

export function between(actual, [least, most], what) {
  assert.ok(actual > least - 0.1 && actual < most + 0.1, `${what}: ${actual}, not ${least} to ${most}`);
}

/** A row about a part of the audience: `row` of an answer, by what the script says of these viewers. */
export function nearGroup(row, expected, what) {
  assert.equal(row.views, expected.views, what);
  assert.equal(row.viewers, expected.uniques, what);
  near(row.watchTimeSeconds, expected.playSeconds, 1e-6, `${what} watch time`);
  near(row.averageWatchTime, expected.playSeconds / expected.views, 1e-5, `${what} average watch time`);
  near(row.bufferingRate, expected.bufferingRate, 1e-4, `${what} buffering rate`);
  near(row.averageBitrate, expected.bitrate, 1e-4, `${what} bitrate`);
  near(row.startupP95, quantile(expected.startups, 0.95), 0.0151, `${what} startup`);
  near(row.failureRate, expected.failures / expected.attempts, 1e-4, `${what} failures`);
}
