// Owns the record of what is handed to native sockets and of what they still held at their close.
// Refuses to change what a native socket does. It must be imported before any client.
import { frameName, rig } from './place.js';

interface Held {
  readonly n: number;
  readonly end: number;
  readonly at: number;
}

function numberOf(data: unknown): number | undefined {
  const found = typeof data === 'string' ? /"n":(\d+)/.exec(data) : null;
  return found === null ? undefined : Number(found[1]);
}

class RecordedWebSocket extends WebSocket {
  readonly #held: Held[] = [];
  #handedBytes = 0;
  #wasHandedLate = false;
  readonly #socket: number;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    const ledger = rig.ledger(frameName);
    ledger.sockets += 1;
    this.#socket = ledger.sockets;
    this.addEventListener('close', () => {
      // What is handed to a closing socket counts with its framing in WebKit: then the amount proves nothing.
      if (this.#wasHandedLate) return;
      const left = this.#handedBytes - this.bufferedAmount;
      for (const { n, end, at } of this.#held) {
        if (end > left) rig.ledger(frameName).unsent.push({ n, at, socket: this.#socket });
      }
    });
  }

  override send(data: string | Blob | BufferSource): void {
    this.#wasHandedLate ||= this.readyState !== WebSocket.OPEN;
    super.send(data);
    const n = numberOf(data);
    // All text of these tests is ASCII.
    if (typeof data === 'string') this.#handedBytes += data.length;
    if (n === undefined) return;
    const at = rig.now();
    this.#held.push({ n, end: this.#handedBytes, at });
    rig.ledger(frameName).transmitted.push({ n, at, socket: this.#socket });
  }
}

globalThis.WebSocket = RecordedWebSocket;
