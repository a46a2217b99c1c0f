// openapi.mjs SOURCE OUT: makes OUT/<service>.json of each SOURCE/<service>.yaml, and OUT/tally.json of all together.
// SOURCE/common.yaml holds what documents share: its paths go into each, its components where they are referred to.
// An operation names the errors of its own in `x-problems`, {status: [codes]}; what any operation may answer is added
// here.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parse } from 'yaml';

const services = ['streaming', 'broadcast', 'cdn', 'analytics'];
const methods = ['get', 'post', 'put', 'patch', 'delete'];

const withParameters = { 400: ['malformed_path'] };
const withRanges = { 416: ['range_not_satisfiable'] };
const everywhere = {
  400: ['validation_failed'],
  401: ['authentication_required', 'invalid_api_key'],
  403: ['insufficient_scope', 'channel_not_allowed'],
  429: ['rate_limited'],
  503: ['store_unavailable'],
};
const withToken = { 403: ['token_required', 'token_invalid', 'token_expired', 'token_not_for_this'] };
const withBody = { 413: ['body_too_large'], 415: ['unsupported_media_type'] };
const withKey = { 409: ['idempotency_in_progress'], 422: ['idempotency_key_reuse'] };

const problem = (codes) => ({
  description: codes.map((code) => `\`${code}\``).join(', '),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function complete(path, method, operation) {
  const isApi = path.startsWith('/api/');
  const sets = [
    operation['x-problems'] ?? {},
    path.includes('{') ? withParameters : {},
    operation.responses['206'] ? withRanges : {},
    isApi ? everywhere : {},
    /^\/(live|vod|downloads|thumbnails|api\/recordings)\//.test(path) ? withToken : {},
    isApi && method !== 'get' && method !== 'delete' ? withBody : {},
    isApi && method === 'post' ? withKey : {},
  ];
  delete operation['x-problems'];
  const codes = new Map();
  for (const set of sets)
    for (const [status, more] of Object.entries(set))
      codes.set(status, [...(codes.get(status) ?? []), ...more]);
  if (method === 'get') operation.responses['304'] ??= { $ref: '#/components/responses/NotModified' };
  for (const [status, list] of [...codes].sort()) operation.responses[status] ??= problem([...new Set(list)]);
}

/** Copies the components that `node` refers to, and those that these refer to, from `from` to `into`. */
function collect(node, from, into) {
  if (typeof node !== 'object' || node === null) return;
  const [, kind, name] = /^#\/components\/(\w+)\/(\w+)$/.exec(node.$ref ?? '') ?? [];
  if (kind && !into[kind]?.[name]) {
    const found = from[kind]?.[name];
    if (!found) throw new Error(`openapi: there is no ${node.$ref}`);
    (into[kind] ??= {})[name] = found;
    collect(found, from, into);
  }
  for (const child of Object.values(node)) collect(child, from, into);
}

const [source, out] = process.argv.slice(2);
const read = (name) => parse(readFileSync(join(source, `${name}.yaml`), 'utf8'), { merge: true });
const { version } = /project\(tally VERSION (?<version>[\d.]+)/.exec(
  readFileSync(join(source, '../../CMakeLists.txt'), 'utf8'),
).groups;

function document(names, info) {
  const common = read('common');
  const parts = names.map(read);
  const paths = Object.assign({}, ...parts.map((part) => part.paths), common.paths);
  for (const [path, item] of Object.entries(paths))
    for (const method of methods) if (item[method]) complete(path, method, item[method]);
  const known = {};
  for (const { components } of [common, ...parts])
    for (const [kind, entries] of Object.entries(components ?? {}))
      Object.assign((known[kind] ??= {}), entries);
  const components = { securitySchemes: known.securitySchemes };
  collect(paths, known, components);
  return {
    openapi: '3.1.0',
    info: {
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      title: info.title,
      description: `${info.description}\n\n${common.info.description}`,
    },
    servers: [{ url: '/' }],
    security: [{}, { apiKey: [] }],
    paths,
    components,
  };
}

mkdirSync(out, { recursive: true });
const write = (name, content) => writeFileSync(join(out, `${name}.json`), JSON.stringify(content));
for (const service of services) write(service, document([service], read(service).info));
write(
  'tally',
  document(services, { title: 'Tally', description: 'All services of a Tally, on one origin.' }),
);
