// Owns the answer to which native socket is the connection's, and for which attempt.
// Refuses to open, close or watch sockets: the core does.

const CLOSED = 3;

export class CurrentSocket {
  /** The attempt the socket was created for; 0 without a socket. */
  attempt = 0;
  socket: WebSocket | null = null;

  get readyState(): number {
    return this.socket?.readyState ?? CLOSED;
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
