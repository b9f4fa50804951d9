// A WebSocket controlled by a test: it fires no event by itself.
import { vi } from 'vitest';

type Handler = ((event?: unknown) => void) | null;

export class ScriptedSocket {
  /** Every socket created since the last `install`, oldest first. */
  static made: ScriptedSocket[] = [];

  readonly sent: unknown[] = [];
  readonly closes: unknown[][] = [];
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  onclose: Handler = null;
  binaryType = 'blob';
  bufferedAmount: unknown = 0;

  constructor(
    readonly url: string,
    readonly protocols?: string[],
  ) {
    ScriptedSocket.made.push(this);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(...args: unknown[]): void {
    this.closes.push(args);
  }

  /** Puts this class, or a subclass, in the place of the page's WebSocket. */
  static install(): void {
    ScriptedSocket.made = [];
    vi.stubGlobal('WebSocket', this);
  }

  static get last(): ScriptedSocket {
    const socket = ScriptedSocket.made.at(-1);
    if (socket === undefined) throw new Error('No socket was made.');
    return socket;
  }
}
