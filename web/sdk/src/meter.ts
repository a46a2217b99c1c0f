// What a view has done since it began. All of it only grows, so a report that is lost or doubled harms no total.
export type State = 's' | 'p' | 'k' | 'r' | 'a' | 'e' | 'f' | 'q';

const shortestStall = 100; // ms; shorter ones are counted apart

export class Meter {
  state: State = 's';
  playMs = 0;
  rebufferMs = 0;
  stalls = 0;
  microStalls = 0;
  startupMs: number | undefined;
  switchesUp = 0;
  switchesDown = 0;
  bitrate: number | undefined; // kbps
  height: number | undefined;
  throughput: number | undefined; // kbps
  #since: number;
  readonly #began: number;

  constructor(now: number) {
    this.#began = now;
    this.#since = now;
  }

  /// Gives how long the stall was that ends with this.
  enter(next: State, now: number): number | undefined {
    const before = this.state;
    this.settle(now);
    if (next === 'p' && this.startupMs === undefined) this.startupMs = now - this.#began;
    this.state = next;
    if (next === 'r' && before !== 'r') this.#stalledAt = now;
    if (before !== 'r' || next === 'r') return undefined;
    const lasted = now - this.#stalledAt;
    this.stalls += 1;
    if (lasted < shortestStall) this.microStalls += 1;
    return lasted;
  }

  #stalledAt = 0;

  /// Brings the times up to now.
  settle(now: number): void {
    const passed = now - this.#since;
    this.#since = now;
    if (this.state === 'p') this.playMs += passed;
    if (this.state === 'r' && this.startupMs !== undefined) this.rebufferMs += passed;
  }

  switchTo(bitrate: number, height: number): boolean {
    const before = this.bitrate;
    this.bitrate = bitrate;
    this.height = height;
    if (before === undefined || before === bitrate) return false;
    if (bitrate > before) this.switchesUp += 1;
    else this.switchesDown += 1;
    return true;
  }
}
