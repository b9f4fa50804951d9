// One accepted connection: sends its frames, delayed if configured, runs its heartbeat, closes it.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Faults } from './faults.js';
import type { ServerFrame } from './frames.js';

/** Time between the server's own pings, ms. */
const pingInterval = 10_000;
/** Number of unanswered pings after which the connection is closed with 1001. */
const maxUnanswered = 6;

export interface PeerIdentity {
  readonly userId: number;
  readonly sessionId: number | null;
}

export class Peer {
  readonly userId: number;
  sessionId: number | null;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #faults: () => Faults;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;
  #lastSendTime = 0;

  constructor(webSocket: WebSocket, socket: Socket, identity: PeerIdentity, faults: () => Faults) {
    this.userId = identity.userId;
    this.sessionId = identity.sessionId;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#faults = faults;
    this.#timer = setInterval(() => {
      this.#ping();
    }, pingInterval);
    webSocket.on('close', () => {
      clearInterval(this.#timer);
    });
  }

  /** Sends the first two frames, in the real backend's order: a ping, then connection_established. */
  sendGreeting(): void {
    this.#ping();
    this.send({
      type: 'connection_established',
      payload: {
        user_id: this.userId,
        session_id: this.sessionId,
        available_channels: ['general', 'session'],
      },
      timestamp: Date.now() / 1000,
    });
  }

  send(frame: ServerFrame): void {
    if (frame.type === 'pong' && this.#faults().mutePings) return;
    const now = Date.now();
    // Never before the previous frame: a decreasing latency must not reorder frames.
    this.#lastSendTime = Math.max(now + this.#faults().latency, this.#lastSendTime);
    if (this.#lastSendTime <= now) {
      this.#webSocket.send(JSON.stringify(frame));
      return;
    }
    setTimeout(() => {
      this.#webSocket.send(JSON.stringify(frame));
    }, this.#lastSendTime - now);
  }

  onPong(): void {
    this.#unanswered = 0;
  }

  /** Ends the connection with a TCP reset: no close frame, no FIN. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  #ping(): void {
    if (this.#faults().mutePings) return;
    if (this.#unanswered >= maxUnanswered) {
      this.close(1001, 'stale connection');
      return;
    }
    this.#unanswered += 1;
    this.send({ type: 'ping', timestamp: Date.now() / 1000 });
  }
}
