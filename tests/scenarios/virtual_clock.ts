// Virtual time: both clocks and the timers of a page. A scenario moves it, and may let it jump while no timer fires.
import { vi } from 'vitest';

interface Timer {
  readonly id: number;
  readonly due: number;
  readonly callback: () => void;
}

export class VirtualClock {
  static readonly #wallStart = 1_700_000_000_000;
  static readonly #monotonicStart = 1_000_000;

  /** Milliseconds since the start of the scenario. */
  time = 0;
  /** Timers fire at whole multiples of this only; 0 for no throttle. */
  grid = 0;
  #wallShift = 0;
  #timers: Timer[] = [];
  #lastId = 0;

  install(): void {
    vi.stubGlobal('setTimeout', (callback: () => void, delay: number) => this.#set(callback, delay));
    vi.stubGlobal('clearTimeout', (id: number) => {
      this.#timers = this.#timers.filter((timer) => timer.id !== id);
    });
    vi.stubGlobal('performance', { now: () => VirtualClock.#monotonicStart + this.time });
    vi.spyOn(Date, 'now').mockImplementation(() => this.wall);
  }

  get wall(): number {
    return VirtualClock.#wallStart + this.time + this.#wallShift;
  }

  get hasTimer(): boolean {
    return this.#timers.length > 0;
  }

  /** Fires the timers that come due up to then, `rest` after each. */
  async advanceTo(time: number, rest: () => Promise<void>): Promise<void> {
    const endless = 100_000;
    for (let fired = 0; ; ++fired) {
      const next = this.#next();
      if (next === null || this.#firesAt(next) > time) break;
      if (fired === endless) throw new Error('the timer never rests');
      this.time = this.#firesAt(next);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.callback();
      await rest();
    }
    this.time = time;
  }

  /** Goes on without firing a timer; with `wallOnly` the monotonic clock stands still. */
  sleep(milliseconds: number, wallOnly: boolean): void {
    if (wallOnly) this.#wallShift += milliseconds;
    else this.time += milliseconds;
  }

  setWallClock(byMilliseconds: number): void {
    this.#wallShift += byMilliseconds;
  }

  /** As browsers do: the delay is cut to whole milliseconds. */
  #set(callback: () => void, delay: number): number {
    this.#timers.push({ id: ++this.#lastId, due: this.time + Math.max(0, Math.trunc(delay)), callback });
    return this.#lastId;
  }

  #firesAt(timer: Timer): number {
    const at = Math.max(this.time, timer.due);
    return this.grid > 0 ? Math.ceil(at / this.grid) * this.grid : at;
  }

  #next(): Timer | null {
    return this.#timers.reduce<Timer | null>(
      (first, timer) => (first === null || this.#firesAt(timer) < this.#firesAt(first) ? timer : first),
      null,
    );
  }
}
