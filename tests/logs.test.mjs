// After every other test: nothing that Tally wrote to its logs in all of them lets anyone in.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../build/test/tally', import.meta.url));
const secrets =
  /(sk_live_|tk_live_|whsec_|eyJ)[A-Za-z0-9_+/=-]{4}|[?&](key|token)=(?!STREAM_KEY)|clickhouse-test-password/;

test('no key, token or secret is in any log', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
  let requests = 0;
  for (const name of files) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      assert.doesNotMatch(line, secrets, name);
      if (line.includes('"event":"request"')) ++requests;
    }
  }
  assert.ok(
    requests > 100,
    `the logs of ${files.length} runs hold ${requests} requests: were they at debug?`,
  );
});
