// One direction of a link through the fault proxy. The order of the data is kept. While data is dropped, the end of the
// connection is dropped too.
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

export interface LinkProperties {
  /** Latency, ms. */
  delay: number;
  /** Largest piece that is forwarded at once. */
  sliceBytes: number;
  bytesPerSecond: number;
}

export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #properties: LinkProperties;
  #last: Promise<void> = Promise.resolve();
  #isDropping = false;
  #gate: Promise<void> | undefined;
  #open: (() => void) | undefined;

  constructor(from: Socket, to: Socket, properties: LinkProperties) {
    this.#from = from;
    this.#to = to;
    this.#properties = properties;
    from.on('data', (bytes: Buffer) => {
      const due = Date.now() + properties.delay;
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
    const { sliceBytes, bytesPerSecond } = this.#properties;
    const remaining = due - Date.now();
    if (remaining > 0) await sleep(remaining);
    for (let start = 0; start < bytes.length; start += sliceBytes) {
      await this.#gate;
      if (this.#isDropping || this.#to.destroyed) return;
      const slice = bytes.subarray(start, start + sliceBytes);
      this.#to.write(slice);
      if (bytesPerSecond < Infinity) await sleep((slice.length / bytesPerSecond) * 1000);
      // Without a turn in between, the pieces would be sent as one.
      else if (sliceBytes < bytes.length) await nextTurn();
    }
  }

  async #forwardEnd(end: () => void): Promise<void> {
    await this.#gate;
    if (!this.#isDropping && !this.#to.destroyed) end();
  }
}
