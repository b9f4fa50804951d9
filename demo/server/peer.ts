// Those to whom the chat's frames go: a plain connection with its heartbeat, or a session, which outlives connections.
import type { Session } from '../../server/node/index.js';
import type { ServerFrame } from './frames.js';
import type { Wire } from './wire.js';

/** Time between the server's own pings on a plain connection, ms. */
const pingInterval = 10_000;
/** Number of unanswered pings after which the connection is closed with 1001. */
const maxUnanswered = 6;
/** How long a frame that a later one replaces is worth sending, ms. */
const transientTtl = 5000;

export interface PeerIdentity {
  readonly userId: number;
  readonly sessionId: number | null;
}

export interface Peer {
  readonly userId: number;
  /** The chat session, which has nothing to do with the session of the connection. */
  sessionId: number | null;
  readonly send: (frame: ServerFrame) => void;
  readonly onPong: () => void;
}

export function createGreeting({ userId, sessionId }: PeerIdentity): ServerFrame {
  return {
    type: 'connection_established',
    payload: {
      user_id: userId,
      session_id: sessionId,
      available_channels: ['general', 'session'],
    },
    timestamp: Date.now() / 1000,
  };
}

export class PlainPeer implements Peer {
  readonly userId: number;
  sessionId: number | null;
  readonly #wire: Wire;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;

  constructor(wire: Wire, identity: PeerIdentity) {
    this.userId = identity.userId;
    this.sessionId = identity.sessionId;
    this.#wire = wire;
    this.#timer = setInterval(() => {
      this.#ping();
    }, pingInterval);
    wire.on('close', () => {
      clearInterval(this.#timer);
    });
  }

  /** Sends the first two frames, in the real backend's order: a ping, then connection_established. */
  sendGreeting(): void {
    this.#ping();
    this.send(createGreeting(this));
  }

  send(frame: ServerFrame): void {
    this.#wire.send(JSON.stringify(frame));
  }

  onPong(): void {
    this.#unanswered = 0;
  }

  #ping(): void {
    if (this.#wire.areHeartbeatsMuted) return;
    if (this.#unanswered >= maxUnanswered) {
      this.#wire.close(1001, 'stale connection');
      return;
    }
    this.#unanswered += 1;
    this.send({ type: 'ping', timestamp: Date.now() / 1000 });
  }
}

export class SessionPeer implements Peer {
  readonly userId: number;
  sessionId: number | null;
  readonly #session: Session;

  constructor(session: Session) {
    const { userId, sessionId } = JSON.parse(session.principal) as PeerIdentity;
    this.userId = userId;
    this.sessionId = sessionId;
    this.#session = session;
  }

  /** Frames that a later one replaces are sent on an open connection only, and not after their time. */
  send(frame: ServerFrame): void {
    // A session has its own heartbeat.
    if (frame.type === 'ping' || frame.type === 'pong') return;
    const isTransient =
      frame.type === 'typing' ||
      (frame.type === 'message_update' && frame.data.message_metadata.progress === 'generating');
    if (isTransient && !this.#session.isConnected) return;
    void this.#session.send(JSON.stringify(frame), isTransient ? { ttl: transientTtl } : {});
  }

  onPong(): void {
    // Only plain connections have the chat's own pings.
  }
}
