// One accepted socket with the faults of the panel: delays what is sent, leaves pings unanswered, resets. It has the
// form that the session server takes, so that a session meets the same faults as a plain connection.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ServerSocket } from '../../server/node/index.js';
import type { Faults } from './faults.js';

/** Pings and pongs, of a session and of a plain connection. */
const heartbeat = /^\{"(?:rws|type)":"p[io]ng"/;

export class Wire implements ServerSocket {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #faults: () => Faults;
  #lastSendTime = 0;

  constructor(webSocket: WebSocket, socket: Socket, faults: () => Faults) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#faults = faults;
  }

  get bufferedAmount(): number {
    return this.#webSocket.bufferedAmount;
  }

  get areHeartbeatsMuted(): boolean {
    return this.#faults().mutePings;
  }

  on(event: string, listener: (...args: never[]) => void): this {
    this.#webSocket.on(event, listener as (...args: unknown[]) => void);
    return this;
  }

  send(data: string | Uint8Array, callback?: (error?: Error | null) => void): void {
    if (this.areHeartbeatsMuted && typeof data === 'string' && heartbeat.test(data)) {
      callback?.();
      return;
    }
    this.#inOrder(() => {
      this.#webSocket.send(data, callback);
    });
  }

  close(code?: number, reason?: string): void {
    this.#inOrder(() => {
      this.#webSocket.close(code, reason);
    });
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  /** Ends the connection with a TCP reset: no close frame, no FIN. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** After the latency, and never before what was sent earlier: a latency that falls must not change the order. */
  #inOrder(action: () => void): void {
    const now = Date.now();
    this.#lastSendTime = Math.max(now + this.#faults().latency, this.#lastSendTime);
    if (this.#lastSendTime <= now) action();
    else setTimeout(action, this.#lastSendTime - now);
  }
}
