// Owns the answer to which native socket is the connection's, and for which attempt.
// Refuses to open, close or watch sockets: the core does.
import { type Payload } from './payload.js';

const OPEN = 1;
const CLOSED = 3;

export class CurrentSocket {
  /** The attempt the socket was created for; 0 without a socket. */
  attempt = 0;
  socket: WebSocket | null = null;

  get readyState(): number {
    return this.socket?.readyState ?? CLOSED;
  }

  /**
   * Whether the socket took it. One that is closing would drop it; WebKit then counts its framing in bufferedAmount too, which
   * would prove nothing any more of what was handed over before. (WHATWG WebSockets, send().)
   */
  take(data: Payload): boolean {
    // Test doubles may have no state.
    if (this.socket === null || this.socket.readyState > OPEN) return false;
    try {
      // Looked up at each call: tests replace it.
      this.socket.send(data);
      return true;
    } catch {
      return false;
    }
  }

  adopt(attempt: number, socket: WebSocket): void {
    this.attempt = attempt;
    this.socket = socket;
  }

  leave(attempt: number): void {
    if (this.attempt !== attempt) return;
    this.attempt = 0;
    this.socket = null;
  }
}
