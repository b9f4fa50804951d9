// Owns one direction of a link through the fault proxy: order is kept whatever the manner of travel.
// Refuses to tell the other side of an end that a silent line could not have told.
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

export interface Manner {
  /** Time each piece is under way, ms. */
  delay: number;
  /** Largest piece that is passed on at once. */
  sliceBytes: number;
  bytesPerSecond: number;
}

export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #manner: Manner;
  #last: Promise<void> = Promise.resolve();
  #isDropping = false;
  #gate: Promise<void> | undefined;
  #open: (() => void) | undefined;

  constructor(from: Socket, to: Socket, manner: Manner) {
    this.#from = from;
    this.#to = to;
    this.#manner = manner;
    from.on('data', (bytes: Buffer) => {
      const due = Date.now() + manner.delay;
      this.#queue(() => this.#pass(bytes, due));
    });
    from.on('end', () => this.#queue(() => this.#passEnd(() => to.end())));
    from.on('error', () => this.#queue(() => this.#passEnd(() => to.resetAndDestroy())));
    from.on('close', () => this.#queue(() => this.#passEnd(() => to.destroy())));
  }

  /** For good: bytes that were lost leave a hole that no later byte may follow. */
  drop(): void {
    this.#isDropping = true;
  }

  hold(): void {
    this.#gate ??= new Promise((resolve) => (this.#open = resolve));
    this.#from.pause();
  }

  release(): void {
    this.#open?.();
    this.#gate = undefined;
    this.#from.resume();
  }

  #queue(step: () => Promise<void>): void {
    this.#last = this.#last.then(step);
  }

  async #pass(bytes: Buffer, due: number): Promise<void> {
    const { sliceBytes, bytesPerSecond } = this.#manner;
    const early = due - Date.now();
    if (early > 0) await pause(early);
    for (let start = 0; start < bytes.length; start += sliceBytes) {
      await this.#gate;
      if (this.#isDropping || this.#to.destroyed) return;
      const slice = bytes.subarray(start, start + sliceBytes);
      this.#to.write(slice);
      if (bytesPerSecond < Infinity) await pause((slice.length / bytesPerSecond) * 1000);
      // Without a turn between them the pieces would leave as one.
      else if (sliceBytes < bytes.length) await nextTurn();
    }
  }

  async #passEnd(end: () => void): Promise<void> {
    await this.#gate;
    if (!this.#isDropping && !this.#to.destroyed) end();
  }
}
