// Where the scripted audience's networks are, in a file that Tally reads.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networks } from './audience_script.mjs';
import { mmdb } from './mmdb.mjs';

export function geoDatabase() {
  const file = join(tmpdir(), `tally-places-${process.pid}.mmdb`);
  const known = Object.entries(networks).filter(([, country]) => country);
  writeFileSync(
    file,
    mmdb(Object.fromEntries(known.map(([net, code]) => [`${net}.0/24`, { country: { iso_code: code } }]))),
  );
  return file;
}
