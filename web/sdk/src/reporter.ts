// Tells the server how a video element plays: state changes at once, a heartbeat every ten seconds or as the server
// asks, and a last word when the page goes away. Playing never waits for it, and never notices that it fails.
import { Meter, type State } from './meter';
import { recordText, Token, type Value } from './record';

/// Who reports: as the addresses in the first playlist say.
export interface View {
  sid: string;
  broadcast: string;
  token: string;
}

export interface Options {
  video: HTMLVideoElement;
  view: View;
  /// Where reports go; on the page's own origin no list of trackers stops them.
  address: string;
  /// Seconds from capture to screen.
  latency?: () => number | undefined;
  player?: string;
  playerVersion?: string;
}

const extension = 'com.tally-';
const heartbeatSeconds = 10;
const jitter = 0.2;
const mostWaiting = 50;

/// The view that an address in a playlist names; undefined when it names none.
export function viewOf(address: string): View | undefined {
  const query = new URL(address, location.href).searchParams;
  const [sid, broadcast, token] = [query.get('sid'), query.get('cid'), query.get('tk')];
  return sid && broadcast && token ? { sid, broadcast, token } : undefined;
}

export class Reporter {
  readonly #options: Options;
  readonly #meter = new Meter(performance.now());
  readonly #listening = new AbortController();
  #waiting: string[] = [];
  #sending = false;
  #number = 0;
  #beat = 0;
  #heartbeat = heartbeatSeconds;
  #timer = 0;
  #said = false; // the startup time, once
  #over = false;

  constructor(options: Options) {
    this.#options = options;
    this.#listen();
    this.#report('ps');
    this.#schedule();
  }

  /// The player shows another rendition: kbps and lines.
  rendition(bitrate: number, height: number): void {
    this.#meter.settle(performance.now());
    // The switch is reported with the play time until now, which belongs to the rendition before.
    if (this.#meter.switchTo(bitrate, height)) this.#report('bc');
  }

  throughput(kbps: number): void {
    this.#meter.throughput = kbps;
  }

  error(code: string, fatal: boolean): void {
    if (fatal) this.#meter.enter('f', performance.now());
    this.#report('e', { ec: code });
    if (fatal) this.#end();
  }

  /// The view is over.
  end(): void {
    if (this.#over) return;
    this.#meter.enter('q', performance.now());
    this.#report('ps');
    this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#listening.abort();
    window.clearTimeout(this.#timer);
    this.#flushAtEnd();
  }

  #listen(): void {
    const { video } = this.#options;
    const listen = { signal: this.#listening.signal };
    const on = (event: string, state: () => State | undefined) =>
      video.addEventListener(
        event,
        () => {
          const next = state();
          if (next) this.#enter(next);
        },
        listen,
      );
    on('playing', () => 'p');
    on('waiting', () => (this.#meter.startupMs === undefined || video.seeking ? undefined : 'r'));
    on('seeking', () => (this.#meter.startupMs === undefined ? undefined : 'k'));
    on('seeked', () => (video.paused ? 'a' : undefined));
    on('pause', () => (video.ended || this.#meter.startupMs === undefined ? undefined : 'a'));
    on('ended', () => 'e');
    window.addEventListener('pagehide', () => this.end(), listen);
  }

  #enter(state: State): void {
    if (state === this.#meter.state) return;
    const stall = this.#meter.enter(state, performance.now());
    this.#report('ps', stall === undefined ? {} : { bsd: [stall] });
  }

  #schedule(): void {
    const spread = 1 + jitter * (2 * Math.random() - 1);
    this.#timer = window.setTimeout(
      () => {
        this.#beat += 1;
        this.#report('t');
        this.#schedule();
      },
      this.#heartbeat * 1000 * spread,
    );
  }

  #report(event: string, more: Record<string, Value> = {}): void {
    if (this.#over) return;
    const keys = { ...this.#keys(event), ...more };
    this.#waiting.push(recordText(keys));
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    void this.#flush();
  }

  #keys(event: string): Record<string, Value> {
    const meter = this.#meter;
    meter.settle(performance.now());
    const { video, view, latency } = this.#options;
    const frames = video.getVideoPlaybackQuality();
    const behind = latency?.();
    this.#number += 1;
    const startup = this.#said ? undefined : meter.startupMs;
    this.#said = meter.startupMs !== undefined;
    return {
      v: 2,
      e: new Token(event),
      sid: view.sid,
      cid: view.broadcast,
      sn: this.#number,
      ts: Date.now(),
      sta: new Token(meter.state),
      sf: new Token('h'),
      st: new Token('l'),
      br: meter.bitrate === undefined ? undefined : [meter.bitrate],
      mtp: meter.throughput === undefined ? undefined : [meter.throughput],
      msd: startup,
      ltc: behind === undefined ? undefined : behind * 1000,
      bsa: [meter.stalls],
      bsda: [meter.rebufferMs],
      dfa: frames.droppedVideoFrames,
      [`${extension}tk`]: view.token,
      [`${extension}tfr`]: frames.totalVideoFrames,
      [`${extension}plms`]: meter.playMs,
      [`${extension}rbms`]: meter.rebufferMs,
      [`${extension}ms`]: meter.microStalls,
      [`${extension}sw`]: [meter.switchesUp, meter.switchesDown],
      [`${extension}wh`]: `${video.clientWidth}x${video.clientHeight}`,
      [`${extension}rh`]: meter.height,
      [`${extension}ct`]: connectionType(),
      [`${extension}pn`]: this.#options.player,
      [`${extension}pv`]: this.#options.playerVersion,
      [`${extension}hb`]: this.#beat,
    };
  }

  async #flush(): Promise<void> {
    if (this.#sending || this.#waiting.length === 0) return;
    this.#sending = true;
    const records = this.#waiting;
    this.#waiting = [];
    try {
      const response = await fetch(this.#options.address, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: `${records.join('\n')}\n`,
        keepalive: true,
      });
      if (response.status === 410) this.#stop();
      else if (response.status === 429 || response.status >= 500) this.#keep(records);
      const asked = Number(response.headers.get('Stream-Heartbeat'));
      if (asked >= 5 && asked <= 60) this.#heartbeat = asked;
    } catch {
      this.#keep(records);
    } finally {
      this.#sending = false;
    }
  }

  /// Sent again with the next report.
  #keep(records: string[]): void {
    this.#waiting = [...records, ...this.#waiting].slice(-mostWaiting);
  }

  #stop(): void {
    this.#over = true;
    this.#listening.abort();
    window.clearTimeout(this.#timer);
  }

  #flushAtEnd(): void {
    if (this.#waiting.length === 0) return;
    const body = new Blob([`${this.#waiting.join('\n')}\n`], { type: 'text/plain' });
    navigator.sendBeacon(this.#options.address, body);
    this.#waiting = [];
  }
}

function connectionType(): string | undefined {
  const { connection } = navigator as Navigator & { connection?: { effectiveType?: string } };
  return connection?.effectiveType;
}
