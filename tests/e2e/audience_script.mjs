// A scripted audience: what each viewer does, the reports it makes of that, and what follows from it in numbers,
// computed here alone.

const userAgents = {
  desktop:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  mobile:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
  tablet:
    'Mozilla/5.0 (iPad; CPU OS 15_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1',
  tv: 'Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV Safari/537.36',
};
const devices = Object.keys(userAgents);

/** Countries by the network that a viewer comes from. */
export const networks = { '198.51.100': 'IN', '203.0.113': 'DE', '192.0.2': 'BR', '198.18.7': undefined };
const prefixes = Object.keys(networks);
const ladder = [
  { height: 360, kbps: 800 },
  { height: 720, kbps: 2500 },
  { height: 1080, kbps: 5000 },
];

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a viewer does in all, and its reports in order. `lossy`: a later one says all that it says. */
class Viewer {
  constructor(index, random) {
    const pick = (list) => list[Math.floor(random() * list.length)];
    this.id = `viewer-${index % 450}@example.com`; // some come twice
    this.device = pick(devices);
    this.userAgent = userAgents[this.device];
    this.prefix = pick(prefixes);
    this.address = `${this.prefix}.${1 + (index % 250)}`;
    this.country = networks[this.prefix];
    this.rendition = pick(ladder);
    this.playerHeight = 1080;
    this.startup = 200 + Math.floor(random() * 3000);
    this.latency = 1500 + Math.floor(random() * 4000);
    this.throughputs = []; // kbit/s, of each report that says one and arrives
    this.random = random;
    this.exit = pick(['clean', 'clean', 'clean', 'clean', 'crash', 'fatal', 'waited']);
    this.totals = { play: 0, rebuffer: 0, stalls: 0, micro: 0, up: 0, down: 0, dropped: 0, frames: 0 };
    this.stalls = [];
    this.errors = [];
    this.reports = [];
    this.report('s', 'e=ps');
    if (this.exit !== 'waited') this.watch(random, pick);
  }

  get started() {
    return this.exit !== 'waited';
  }

  report(state, more, { lossy = false } = {}) {
    const { play, rebuffer, stalls, micro, up, down, dropped, frames } = this.totals;
    const counters =
      `bsa=${stalls + micro},bsda=${rebuffer},dfa=${dropped},com.tally-plms=${play},com.tally-rbms=${rebuffer},` +
      `com.tally-ms=${micro},com.tally-sw=(${up} ${down}),com.tally-tfr=${frames}`;
    const throughput = state === 'p' && !lossy ? `,${this.measure()}` : '';
    const picture = `br=(${this.rendition.kbps}),com.tally-rh=${this.rendition.height},com.tally-wh="1920x${this.playerHeight}"`;
    this.reports.push({ text: `sf=h,sta=${state},${more},${picture},${counters}${throughput}`, lossy, play });
  }

  measure() {
    this.throughputs.push(1000 + 100 * Math.floor(this.random() * 200));
    return `mtp=(${this.throughputs.at(-1)})`;
  }

  play(milliseconds) {
    this.totals.play += milliseconds;
    this.totals.frames += Math.floor((milliseconds * 30) / 1000);
  }

  watch(random, pick) {
    this.report('p', `e=ps,msd=${this.startup},ltc=${this.latency}`);
    const acts = 2 + Math.floor(random() * 4);
    for (let i = 0; i < acts; ++i) {
      this.play(500 + Math.floor(random() * 4000));
      if (random() < 0.5) this.report('p', 'e=t', { lossy: true });
      this[pick(['stall', 'pause', 'seek', 'change', 'fail', 'drop'])](random);
    }
    this.play(300);
    this.report('p', 'e=t');
  }

  stall(random) {
    const duration = random() < 0.3 ? 40 : 150 + Math.floor(random() * 1500);
    this.report('r', 'e=ps');
    this.totals.rebuffer += duration;
    ++this.totals[duration < 100 ? 'micro' : 'stalls'];
    if (duration >= 100) this.stalls.push(duration);
    this.report('p', `e=ps,bsd=${duration}`);
  }

  pause() {
    this.report('a', 'e=ps');
    this.report('p', 'e=ps');
  }

  seek() {
    this.report('k', 'e=ps');
    this.report('p', 'e=ps');
  }

  change(random) {
    ++this.totals[random() < 0.5 ? 'up' : 'down'];
    this.report('p', 'e=bc');
  }

  fail() {
    this.errors.push('hls.fragLoadTimeOut');
    this.report('p', 'e=e,ec="hls.fragLoadTimeOut"');
  }

  drop(random) {
    this.totals.dropped += Math.floor(random() * 5);
    this.report('p', 'e=t');
  }

  /** The last word; a crash has none. */
  leave() {
    if (this.exit === 'crash') return;
    if (this.exit === 'fatal') this.errors.push('decoder');
    this.report(...(this.exit === 'fatal' ? ['f', 'e=e,ec="decoder"'] : ['q', 'e=ps']));
  }
}

export function makeAudience(size, random) {
  return Array.from({ length: size }, (_, index) => new Viewer(index, random));
}

const sum = (list, of) => list.reduce((total, each) => total + of(each), 0);
const distinct = (viewers) => new Set(viewers.map((viewer) => viewer.id)).size;

/** The smallest value that `q` of the list does not exceed. */
export function quantile(list, q) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

/** The same of values that count for their weight: `[value, weight]` each. */
export function weightedQuantile(list, q) {
  const sorted = [...list].sort(([a], [b]) => a - b);
  const wanted = q * sum(sorted, ([, weight]) => weight);
  let passed = 0;
  return sorted.find(([, weight]) => (passed += weight) >= wanted)[0];
}

/** The parts of the experience score by their published formulas; `waited`: seconds of who never saw a picture. */
function scoreOf({ exit, startup, totals, rendition, playerHeight }, waited) {
  if (exit === 'fatal') return { success: 0, smoothness: 0, picture: 0, startup: 0, total: 0 };
  const stalled = totals.rebuffer / Math.max(totals.play + totals.rebuffer, 1);
  const smoothness = 50 / Math.sqrt(1 + (totals.stalls / 2) ** 2) + 50 * Math.exp(-10 * stalled);
  const upscale = exit === 'waited' ? 0 : Math.max(playerHeight / rendition.height - 1, 0);
  const picture = 100 * Math.exp(-0.33 * upscale);
  const wait = exit === 'waited' ? waited : startup / 1000;
  const start = 800 / (8 + wait);
  const success = exit === 'waited' ? 50 : 100;
  const total = (success / 100) * smoothness ** 0.45 * start ** 0.35 * picture ** 0.2;
  return { success, smoothness, picture, startup: start, total };
}

/** What the script says of viewers who were counted. */
export function truthOf(viewers) {
  const started = viewers.filter((viewer) => viewer.started);
  const total = (name) => sum(viewers, (viewer) => viewer.totals[name]);
  const averageScore = (part, waited) =>
    sum(viewers, (viewer) => scoreOf(viewer, waited)[part]) / viewers.length;
  return {
    attempts: viewers.length,
    views: started.length,
    uniques: distinct(started),
    playSeconds: total('play') / 1000,
    bufferingRate: total('rebuffer') / (total('play') + total('rebuffer')),
    rebuffers: total('stalls'),
    microStalls: total('micro'),
    withRebuffers: viewers.filter((viewer) => viewer.totals.stalls > 0).length,
    up: total('up'),
    down: total('down'),
    droppedRatio: total('dropped') / total('frames'),
    bitrate: sum(viewers, (viewer) => viewer.rendition.kbps * viewer.totals.play) / total('play'),
    bitrates: viewers
      .filter((viewer) => viewer.totals.play > 0)
      .map((viewer) => [viewer.rendition.kbps, viewer.totals.play]),
    // A view's average counts for as many reports as it is of.
    throughputs: viewers
      .filter(({ throughputs }) => throughputs.length > 0)
      .map(({ throughputs }) => [sum(throughputs, (each) => each) / throughputs.length, throughputs.length]),
    startups: started.map((viewer) => viewer.startup),
    latencies: started.map((viewer) => viewer.latency),
    stalls: viewers.flatMap((viewer) => viewer.stalls),
    plays: started.map((viewer) => viewer.totals.play / 1000),
    withErrors: viewers.filter((viewer) => viewer.errors.length > 0).length,
    failures: viewers.filter((viewer) => viewer.exit === 'fatal').length,
    goodbyes: started.filter((viewer) => viewer.exit !== 'crash').length,
    scores: {
      playbackSuccess: averageScore('success', 0),
      smoothness: averageScore('smoothness', 0),
      videoQuality: averageScore('picture', 0),
      // How long some waited is known within bounds.
      startup: [averageScore('startup', 60), averageScore('startup', 1)],
      total: [averageScore('total', 60), averageScore('total', 1)],
    },
    waited: viewers.filter((viewer) => viewer.exit === 'waited').length,
    viewsWithError: (code) => viewers.filter((viewer) => viewer.errors.includes(code)).length,
    errors: (code) => sum(viewers, (viewer) => viewer.errors.filter((each) => each === code).length),
    renditions: ladder.map(({ height }) => ({
      name: `${height}p`,
      play: sum(
        viewers.filter((viewer) => viewer.rendition.height === height),
        (viewer) => viewer.totals.play,
      ),
    })),
  };
}

export const groupBy = (viewers, key) => Map.groupBy?.(viewers, key) ?? grouped(viewers, key);

function grouped(viewers, key) {
  const groups = new Map();
  for (const viewer of viewers) groups.set(key(viewer), [...(groups.get(key(viewer)) ?? []), viewer]);
  return groups;
}
