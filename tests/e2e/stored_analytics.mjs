// Everything that analytics keep, as text: to look for what must not be in it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './harness.mjs';

export function filesOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((name) => name.includes('analytics'))
    .map((name) => ({ name, text: readFileSync(name, 'latin1') }));
}

/** What a ClickHouse holds, where it is the store. */
export async function tablesOf(url) {
  if (!url) return [];
  const { username, password, host, pathname } = new URL(url);
  const database = pathname.slice(1);
  const headers = { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password };
  const query = async (statement) => {
    const response = await fetch(`http://${host}/?database=${database}`, {
      method: 'POST',
      headers,
      body: statement,
    });
    return must({ ...response, ok: response.ok, status: response.status, text: await response.text() });
  };
  const names = (await query('show tables')).trim().split('\n');
  return Promise.all(names.map(async (name) => ({ name, text: await query(`select * from ${name}`) })));
}
