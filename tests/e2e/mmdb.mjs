// Writes small databases in MaxMind's DB format (version 2.0 of its specification), for tests.

const types = { pointer: 1, utf8: 2, uint16: 5, uint32: 6, map: 7, uint64: 9, array: 11 };

/** The control byte, the size below 285 or above, and for types over 7 the second byte. */
function control(type, size) {
  const first = (type <= 7 ? type : 0) << 5;
  const extended = type <= 7 ? [] : [type - 7];
  if (size < 29) return Buffer.from([first | size, ...extended]);
  if (size < 285) return Buffer.from([first | 29, ...extended, size - 29]);
  return Buffer.from([first | 30, ...extended, (size - 285) >> 8, (size - 285) & 255]);
}

function number(type, value) {
  const bytes = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.concat([control(type, bytes.length), Buffer.from(bytes)]);
}

function encode(value) {
  if (typeof value === 'number') return number(types.uint32, value);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([control(types.utf8, bytes.length), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(types.array, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(types.map, entries.length), ...entries.flat().map(encode)]);
}

function bitsOf(network) {
  const [address, prefix] = network.split('/');
  const bits = address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return bits.slice(0, Number(prefix));
}

/** The bytes of a database of IPv4 networks: { '203.0.113.0/24': { country: { iso_code: 'IN' } } }. */
export function mmdb(networks) {
  const nodes = [[null, null]];
  const data = [];
  let dataSize = 0;
  for (const [network, value] of Object.entries(networks)) {
    const bits = bitsOf(network);
    let node = 0;
    for (const bit of bits.slice(0, -1)) {
      nodes[node][bit] ??= nodes.push([null, null]) - 1;
      node = nodes[node][bit];
    }
    nodes[node][bits.at(-1)] = { offset: dataSize };
    data.push(encode(value));
    dataSize += data.at(-1).length;
  }
  const tree = Buffer.alloc(nodes.length * 8);
  const record = (entry) =>
    entry === null ? nodes.length : (entry.offset ?? -1) >= 0 ? nodes.length + 16 + entry.offset : entry;
  nodes.forEach(([left, right], index) => {
    tree.writeUInt32BE(record(left), index * 8);
    tree.writeUInt32BE(record(right), index * 8 + 4);
  });
  const metadata = Buffer.concat([
    control(types.map, 9),
    ...[
      ['node_count', number(types.uint32, nodes.length)],
      ['record_size', number(types.uint16, 32)],
      ['ip_version', number(types.uint16, 4)],
      ['database_type', encode('Test')],
      ['description', encode({ en: 'Made for a test' })],
      ['languages', encode(['en'])],
      ['binary_format_major_version', number(types.uint16, 2)],
      ['binary_format_minor_version', number(types.uint16, 0)],
      ['build_epoch', number(types.uint64, 1_700_000_000)],
    ].flatMap(([key, value]) => [encode(key), value]),
  ]);
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    metadata,
  ]);
}
