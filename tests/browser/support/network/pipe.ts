// One direction of a link through the fault proxy. The order of the data is kept. While data is dropped, the end of the
// connection is dropped too. On a link of limited bandwidth the pipe reads no faster than it forwards, so that the data
// that is under way stays with the sender.
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

export interface LinkProperties {
  /** Latency, ms. */
  delay: number;
  /** Largest piece that is forwarded at once. */
  sliceBytes: number;
  bytesPerSecond: number;
}

/** A wait that took longer than this is not made up for, ms. */
const mostCatchUp = 200;

export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #properties: LinkProperties;
  #last: Promise<void> = Promise.resolve();
  #isDropping = false;
  /** When the link is free for the next piece, ms. */
  #freeAt = 0;
  #gate: Promise<void> | undefined;
  #open: (() => void) | undefined;

  constructor(from: Socket, to: Socket, properties: LinkProperties) {
    this.#from = from;
    this.#to = to;
    this.#properties = properties;
    from.on('data', (bytes: Buffer) => {
      const due = Date.now() + properties.delay;
      if (properties.bytesPerSecond < Infinity) from.pause();
      this.#queue(() => this.#forward(bytes, due));
    });
    from.on('end', () => this.#queue(() => this.#forwardEnd(() => to.end())));
    from.on('error', () => this.#queue(() => this.#forwardEnd(() => to.resetAndDestroy())));
    from.on('close', () => this.#queue(() => this.#forwardEnd(() => to.destroy())));
  }

  /** Permanent: after a gap no later byte of the stream may be delivered. */
  drop(): void {
    this.#isDropping = true;
  }

  pause(): void {
    this.#gate ??= new Promise((resolve) => (this.#open = resolve));
    this.#from.pause();
  }

  resume(): void {
    this.#open?.();
    this.#gate = undefined;
    this.#from.resume();
  }

  #queue(step: () => Promise<void>): void {
    this.#last = this.#last.then(step);
  }

  async #forward(bytes: Buffer, due: number): Promise<void> {
    const remaining = due - Date.now();
    if (remaining > 0) await sleep(remaining);
    await this.#forwardSlices(bytes);
    if (this.#gate === undefined) this.#from.resume();
  }

  async #forwardSlices(bytes: Buffer): Promise<void> {
    const { sliceBytes } = this.#properties;
    for (let start = 0; start < bytes.length; start += sliceBytes) {
      await this.#gate;
      if (this.#isDropping || this.#to.destroyed) return;
      const slice = bytes.subarray(start, start + sliceBytes);
      this.#to.write(slice);
      if (this.#properties.bytesPerSecond < Infinity) await this.#occupy(slice.length);
      // Without a turn in between, the pieces would be sent as one.
      else if (sliceBytes < bytes.length) await nextTurn();
    }
  }

  /** Waits until the link is free again. A wait that took too long shortens the next ones, so that the rate is kept. */
  async #occupy(bytes: number): Promise<void> {
    const time = (bytes / this.#properties.bytesPerSecond) * 1000;
    const now = Date.now();
    this.#freeAt = Math.max(this.#freeAt, now - mostCatchUp) + time;
    if (this.#freeAt > now) await sleep(this.#freeAt - now);
  }

  async #forwardEnd(end: () => void): Promise<void> {
    await this.#gate;
    if (!this.#isDropping && !this.#to.destroyed) end();
  }
}
