// The types of status, statistics and recommendations. types.ts exports them again.
import { type SessionStatus } from './session_types.js';
import { type ConnectionState } from './types.js';

/** What the client has counted since it was created. */
export interface ConnectionStats {
  /** Connections opened. */
  totalConnections: number;
  /** Connections opened by retries. */
  totalReconnections: number;
  /** Messages of the user that were sent. */
  totalMessages: number;
  /**
   * Attempts and connections that ended in an error, whether or not an `error` event reported it; messages that were too
   * large or that the socket refused; servers found to answer no pings.
   */
  totalErrors: number;
  /** When the latest connection opened, or null. */
  lastConnectedAt: Date | null;
  /** When the latest connection ended, or null. */
  lastDisconnectedAt: Date | null;
  /** Time of all connections together, the present one included, ms. */
  connectionDuration: number;
  /** Mean round-trip time of pings, ms; 0 before the first. */
  averageLatency: number;
  /** totalErrors / totalMessages; 0 without messages. */
  errorRate: number;
}

/** The result of `getStatus()`. */
export interface ConnectionStatus {
  /** Whether the connection is open. */
  connected: boolean;
  /** Whether an attempt is under way. */
  connecting: boolean;
  /** readyState of the native socket; 3 (CLOSED) without one. */
  readyState: number;
  /** Retries in the current outage. 0 while connected or disconnected, and in `failed` if retries are left. */
  reconnectAttempts: number;
  /** Time of the last pong, epoch ms, or null. */
  lastPong: number | null;
  /** Messages in the queue. */
  queuedMessages: number;
  /** The state of the connection. */
  connectionState: ConnectionState;
  /** Time of the scheduled retry, epoch ms, or null. */
  nextAttemptAt: number | null;
  /** The session, or null without one. */
  session: SessionStatus | null;
  /** What the client has counted. */
  stats: ConnectionStats;
}

/** A frozen status. The same object stays valid until something of it changes, `stats` left out. */
export interface StatusSnapshot extends Readonly<Omit<ConnectionStatus, 'stats'>> {
  /** What the client has counted. */
  readonly stats: Readonly<ConnectionStats>;
  /** Larger with every change. */
  readonly revision: number;
}

/** The result of `checkConnectionHealth()`. */
export interface ConnectionHealth extends ConnectionStatus {
  /** Errors in a row, without a connection between them. */
  consecutiveErrors: number;
  /** ms since the last pong, or null. */
  timeSinceLastPong: number | null;
  /** What the browser reports; true where it reports nothing. */
  networkOnline: boolean;
  /** Whether the connection is open and has no sign of trouble. */
  isHealthy: boolean;
  /** Errors for each message that was sent; 0 without messages. */
  errorRate: number;
}

/** The result of `getUserFriendlyStatus()`. */
export interface UserFriendlyStatus {
  /** The state in the language of the option `locale`. */
  text: string;
  /** The colour that goes with the state. */
  color: 'yellow' | 'green' | 'orange' | 'gray' | 'red';
  /** The name of the icon that goes with the state. */
  icon: 'connecting' | 'connected' | 'reconnecting' | 'disconnected' | 'error';
}

/** What `applyRecoveryRecommendation()` can do. */
export type RecoveryAction = 'checkNetwork' | 'pageReload' | 'checkServer' | 'clearQueue' | 'contactSupport';

/** One item of `getRecoveryRecommendations()`. */
export interface RecoveryRecommendation {
  /** What the recommendation is about. */
  type: 'network' | 'errors' | 'reconnect' | 'queue' | 'errorRate';
  /** The recommendation in the language of the option `locale`. */
  message: string;
  /** The argument for `applyRecoveryRecommendation()`. */
  action: RecoveryAction;
}
