// Makes requests from an API document: most of them nearly right, the rest wrong in the ways that clients are wrong.
// The same seed makes the same requests.

function random(seed) {
  let state = seed >>> 0;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const oddStrings = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'ch_001',
  '😀'.repeat(20),
  'a'.repeat(6000),
  "'; drop table channels; --",
  '{{7*7}}',
  '../../etc/passwd',
  '\u0000',
  '\u202e',
  '2026-02-30T25:61:00Z',
  '1e308',
  'rtmp://',
];
const oddValues = [null, true, -1, 0, 1.5, 1e308, 2 ** 53, '', [], {}, [[[[[[]]]]]], { a: { b: { c: {} } } }];
const ranges = ['bytes=0-9', 'bytes=-5', 'bytes=9-2', 'lines=1', 'bytes=99999999999-'];
const oddSegments = [
  'x',
  'bc_nothing',
  '%00',
  '%2e%2e',
  '%F0%9F%98%80',
  'a'.repeat(300),
  'schedule',
  '0',
  "'",
  '%',
];

export class Generator {
  // `ids` fill path parameters half of the time; `texts` are what strings by those names are made of.
  constructor(document, { seed, ids, texts }) {
    this.document = document;
    this.next = random(seed);
    this.ids = ids;
    this.texts = texts;
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => method !== 'parameters')
        .map(([method, operation]) => ({
          method: method.toUpperCase(),
          path,
          operation,
          shared: item.parameters ?? [],
        })),
    );
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  resolve(node) {
    if (!node?.$ref) return node;
    return this.resolve(
      node.$ref
        .slice(2)
        .split('/')
        .reduce((at, name) => at[name], this.document),
    );
  }

  // An id that was made: the last fifty are asked for.
  learn(id) {
    this.ids.push(id);
    if (this.ids.length > 50) this.ids.splice(2, 1); // the channel of the others stays
  }

  // { method, path, headers, body }: what fetch takes.
  request() {
    const { method, path, operation, shared } = this.pick(this.operations);
    const parameters = [...shared, ...(operation.parameters ?? [])].map((each) => this.resolve(each));
    const headers = {};
    const query = new URLSearchParams();
    for (const { name, in: place, schema } of parameters) {
      if (place === 'query' && this.chance(0.4)) query.append(name, this.text(name, schema));
      if (place === 'header' && this.chance(0.2)) headers[name] = `v${Math.floor(this.next() * 50)}`;
    }
    if (this.chance(0.05)) headers['If-None-Match'] = '*';
    if (operation.responses[206] && this.chance(0.2)) headers.Range = this.pick(ranges);
    if (this.chance(0.03)) query.append('unknown', 'x');
    const filled = path.replace(/\{([^}]*)\}/g, () =>
      this.chance(0.6) ? this.pick(this.ids) : this.pick(oddSegments),
    );
    const search = query.size ? `?${query}` : '';
    return { method, path: filled + search, headers, body: this.body(operation, headers) };
  }

  body(operation, headers) {
    const schema = operation.requestBody?.content?.['application/json']?.schema;
    if (!schema) return undefined;
    if (this.chance(0.05)) return undefined;
    headers['Content-Type'] = this.chance(0.03) ? 'text/plain' : 'application/json';
    if (this.chance(0.03))
      return this.pick(['{', '[]', 'null', '"x"', '{"a":1', '\ufeff{}', '{"a":'.repeat(5000)]);
    return JSON.stringify(this.value('', schema)) ?? '{}';
  }

  text(name, schema) {
    if (this.chance(0.25)) return this.pick(oddStrings);
    const value = this.value(name, schema);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  value(name, unresolved, depth = 0) {
    const schema = this.resolve(unresolved) ?? {};
    if (depth > 0 && this.chance(0.06)) return this.pick(oddValues);
    if (schema.enum) return this.pick(schema.enum);
    const type = Array.isArray(schema.type) ? this.pick(schema.type) : schema.type;
    switch (type) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return Array.from({ length: Math.floor(this.next() * 4) }, () =>
          this.value(name, schema.items, depth + 1),
        );
      case 'integer':
        return Math.floor(this.number(schema));
      case 'number':
        return this.number(schema);
      case 'boolean':
        return this.chance(0.5);
      case 'null':
        return null;
      default:
        return this.string(name, schema);
    }
  }

  object(schema, depth) {
    const object = {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const probability = schema.required?.includes(name) ? 0.97 : 0.4;
      if (this.chance(probability)) object[name] = this.value(name, property, depth + 1);
    }
    if (this.chance(0.03)) object.unknown = 1;
    return object;
  }

  number({ minimum = 0, maximum = 1000 }) {
    return this.chance(0.1)
      ? this.pick([minimum - 1, maximum + 1, -0.5, 1e18])
      : minimum + this.next() * (maximum - minimum);
  }

  string(name, schema) {
    if (this.chance(0.1)) return this.pick(oddStrings);
    if (this.texts[name]) return this.pick(this.texts[name]);
    if (schema.format === 'date-time')
      return new Date(Date.now() + (this.next() - 0.5) * 1e9)
        .toISOString()
        .slice(0, this.chance(0.9) ? 24 : 10);
    if (schema.examples) return this.pick(schema.examples);
    if (/Id$/.test(name)) return this.pick(this.ids);
    return `${name}-${Math.floor(this.next() * 1000)}`;
  }
}
