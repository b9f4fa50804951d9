// The record of what a case sent and received, printed when it fails.

/** What a case expected and did not get. */
export class ExpectationFailed extends Error {
  override readonly name = 'ExpectationFailed';
}

/** A case that cannot run here. */
export class CaseSkipped extends Error {
  override readonly name = 'CaseSkipped';
}

const shownLines = 60;

export class Exchange {
  readonly #started = performance.now();
  readonly #lines: string[] = [];
  #connections = 0;

  /** The number of a new connection, from 1. */
  newConnection(): number {
    this.#connections += 1;
    return this.#connections;
  }

  /** Adds a line, for example a frame; `connection` is its number. */
  add(connection: number, text: string): void {
    const time = String(Math.round(performance.now() - this.#started)).padStart(6);
    this.#lines.push(`${time} ms  #${connection} ${text}`);
  }

  /** The lines so far; of a long record the last ones. */
  toString(): string {
    const left = this.#lines.length - shownLines;
    const shown = this.#lines.slice(-shownLines).join('\n');
    return left > 0 ? `(${left} earlier lines)\n${shown}` : shown;
  }
}
