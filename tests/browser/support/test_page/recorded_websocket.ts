// Replaces the global WebSocket by a subclass that records which messages a native socket was given, and
// which of them were still in its buffer at its close event. It must be imported before any client.
import { frameName, top } from './frame_context.js';

interface Sent {
  readonly n: number;
  /** Total bytes given to the socket up to the end of this message. */
  readonly end: number;
  readonly at: number;
}

function messageNumber(data: unknown): number | undefined {
  const found = typeof data === 'string' ? /"n":(\d+)/.exec(data) : null;
  return found === null ? undefined : Number(found[1]);
}

class RecordedWebSocket extends WebSocket {
  readonly #sent: Sent[] = [];
  #sentBytes = 0;
  #sentWhileNotOpen = false;
  readonly #socket: number;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    const record = top.record(frameName);
    record.sockets += 1;
    this.#socket = record.sockets;
    this.addEventListener('close', () => {
      // WebKit counts messages sent to a closing socket with their framing, so bufferedAmount cannot be used
      // then.
      if (this.#sentWhileNotOpen) return;
      const transmittedBytes = this.#sentBytes - this.bufferedAmount;
      for (const { n, end, at } of this.#sent) {
        if (end > transmittedBytes) top.record(frameName).unsent.push({ n, at, socket: this.#socket });
      }
    });
  }

  override send(data: string | Blob | BufferSource): void {
    this.#sentWhileNotOpen ||= this.readyState !== WebSocket.OPEN;
    super.send(data);
    const n = messageNumber(data);
    // All text in these tests is ASCII, so its length is its size in bytes.
    if (typeof data === 'string') this.#sentBytes += data.length;
    if (n === undefined) return;
    const at = top.now();
    this.#sent.push({ n, end: this.#sentBytes, at });
    top.record(frameName).sent.push({ n, at, socket: this.#socket });
  }
}

globalThis.WebSocket = RecordedWebSocket;
