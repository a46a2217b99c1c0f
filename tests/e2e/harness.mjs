// A Tally of its own for each test: free ports, a temporary data directory, and an end that leaves nothing behind.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { ApiDocument } from './api_document.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const binary = resolve(process.env.TALLY_BINARY ?? join(root, 'build/release/tally'));
const logs = join(root, 'build/test/tally');
const services = ['console', 'streaming', 'broadcast', 'cdn', 'analytics', 'rtmp'];

// Waits for `probe` to give something true, and gives that.
export async function until(what, probe, seconds = 20) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  do {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await delay(50);
  } while (Date.now() < deadline);
  throw new Error(`not within ${seconds} s: ${what}; last seen: ${inspect(last)}`);
}

// By origin: what the services of the Tallys of this process say of themselves.
const documents = new Map();

// An answer that the API document does not know fails the test.
function checkDocumented(method, url, answer) {
  const { origin, pathname } = new URL(url);
  const contentType = answer.headers.get('content-type');
  const complaint = documents.get(origin)?.complaint(method, pathname, { ...answer, contentType });
  if (complaint) throw new Error(complaint);
}

export async function call(method, url, body, key) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body && { 'Content-Type': 'application/json' }),
      ...(key && { Authorization: `Bearer ${key}` }),
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const answer = {
    status: response.status,
    ok: response.ok,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : undefined,
  };
  checkDocumented(method, url, answer);
  return answer;
}

// The body of an answer that has to be a success.
export async function must(answer) {
  const { ok, status, text, json } = await answer;
  if (!ok) throw new Error(`answered ${status}: ${text.slice(0, 300)}`);
  return json ?? text;
}

// Test files run beside each other, and a test starts its Tally again on the ports it had. So each process has a range
// of ports to itself, below those that the system gives to connections and to servers that ask for any.
const portsPerProcess = 128;
const firstPort = 10_000 + (process.pid % 176) * portsPerProcess;
let portsTaken = 0;

const isFree = (port) =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

async function freePort() {
  for (let tries = 0; tries < portsPerProcess; ++tries) {
    const port = firstPort + (portsTaken++ % portsPerProcess);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free from ${firstPort} on`);
}

// Runs the program to its end: for commands, and for starts that have to fail.
export async function runTally(args, environment = {}) {
  const child = spawn(binary, args, {
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (text) => (output.out += text));
  child.stderr.on('data', (text) => (output.err += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const code = await new Promise((done) => child.on('close', done));
  clearTimeout(timer);
  return { code, ...output };
}

function cleanEnvironment(environment) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TALLY_'));
  return { ...Object.fromEntries(inherited), ...environment };
}

class Tally {
  constructor(ports, data, environment) {
    this.ports = ports;
    this.data = data;
    this.environment = environment;
    this.key = undefined; // the API key that calls show
    this.rtmp = `rtmp://127.0.0.1:${ports.rtmp}/live`;
  }

  url(service, path) {
    return `http://127.0.0.1:${this.ports[service]}${path}`;
  }

  get(service, path) {
    return call('GET', this.url(service, path), undefined, this.key);
  }

  post(service, path, body) {
    return call('POST', this.url(service, path), body, this.key);
  }

  async start() {
    mkdirSync(logs, { recursive: true });
    this.log = join(logs, `${process.pid}-${this.ports.rtmp}.log`);
    const log = openSync(this.log, 'a');
    this.child = spawn(binary, ['serve'], {
      env: cleanEnvironment(this.environment),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.exited = new Promise((done) => this.child.on('exit', (code, signal) => done({ code, signal })));
    const isReady = until('Tally is ready', async () => (await this.get('console', '/health/ready')).ok);
    const ended = this.exited.then(({ code, signal }) => {
      throw new Error(`Tally ended with ${code ?? signal}: ${this.logText().slice(-2000)}`);
    });
    ended.catch(() => {}); // later ends are what the test is about
    isReady.catch(() => {});
    await Promise.race([isReady, ended]);
    for (const service of this.httpServices()) {
      const document = await (await fetch(this.url(service, '/openapi.json'))).json();
      documents.set(new URL(this.url(service, '/')).origin, new ApiDocument(document));
    }
  }

  // With the roles that it was given; all, unless told otherwise.
  httpServices() {
    const roles = this.environment.TALLY_SERVER_ROLES?.split(',');
    return services.filter(
      (name) => name !== 'rtmp' && (name === 'console' || !roles || roles.includes(name)),
    );
  }

  logText() {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
  }

  // Ends the process; `how` is the signal. Gives its exit code or signal, and the seconds it took.
  async stop(how = 'SIGTERM') {
    const started = Date.now();
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(how);
    return { ...(await this.exited), seconds: (Date.now() - started) / 1000 };
  }

  async crashAndRestart() {
    await this.stop('SIGKILL');
    await this.start();
  }

  memory() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(status.match(/VmRSS:\s+(\d+)/)[1]) * 1024;
  }
}

// The environment's TALLY_TEST_CLICKHOUSE is the URL of a database: each Tally has another one on that server.
function factSettings() {
  const url = process.env.TALLY_TEST_CLICKHOUSE;
  if (!url) return {};
  return { TALLY_ANALYTICS_URL: new URL(`facts_${randomUUID().replaceAll('-', '')}`, url).href };
}

// The environment's TALLY_TEST_POSTGRESQL is the URL of a database: each Tally has a schema of its own there.
function storeSettings() {
  const url = process.env.TALLY_TEST_POSTGRESQL;
  if (!url) return {};
  const schema = `tally_${randomUUID().replaceAll('-', '')}`;
  execFileSync('psql', ['-q', '-d', url, '-c', `create schema ${schema}`]);
  const separator = url.includes('?') ? '&' : '?';
  return { TALLY_DATABASE_URL: `${url}${separator}options=-csearch_path%3D${schema}` };
}

// Starts Tally for the test `t`, which ends it. `settings` are environment variables.
export async function startTally(t, settings = {}) {
  const ports = {};
  for (const service of services) ports[service] = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'tally-'));
  const tally = new Tally(ports, data, {
    TALLY_SERVER_DATA: data,
    TALLY_LOG_LEVEL: 'debug', // logs.test.mjs reads all of them: no secret may be there
    ...Object.fromEntries(
      services.map((service) => [`TALLY_PORTS_${service.toUpperCase()}`, String(ports[service])]),
    ),
    ...storeSettings(),
    ...factSettings(),
    ...settings,
  });
  t.after(async () => {
    await tally.stop('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });
  await tally.start();
  return tally;
}

// The workflow "Starting a Live Broadcast" up to the point where an encoder can dial in.
export async function goLive(tally, channelId = 'ch_001') {
  const broadcast = await must(tally.post('broadcast', '/api/broadcasts', { channelId, title: 'A test' }));
  const stream = await must(
    tally.post('streaming', '/api/streams/start', { channelId, broadcastId: broadcast.id, protocol: 'RTMP' }),
  );
  await must(tally.post('broadcast', `/api/broadcasts/${broadcast.id}/start`));
  return { channelId, broadcast, stream, vod: tally.url('cdn', `/vod/${broadcast.id}/master.m3u8`) };
}

export function streamIs(tally, live, status, seconds) {
  return until(
    `the stream is ${status}`,
    async () => (await must(tally.get('streaming', `/api/streams/${live.stream.id}`))).status === status,
    seconds,
  );
}

// Stops the stream once all that the encoder sent has been taken in: its goodbye is the last thing it sends.
export async function endAfterGoodbye(tally, live) {
  await streamIs(tally, live, 'reconnecting');
  return must(tally.post('streaming', `/api/streams/${live.stream.id}/stop`));
}
