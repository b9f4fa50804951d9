// The objects that show the state of a client: status, statistics, health and texts. Every threshold and
// judgement comes from the core.
import { type CoreSnapshot } from '#core';
import { getTexts } from './locales.js';
import {
  type ConnectionHealth,
  type ConnectionState,
  type ConnectionStats,
  type ConnectionStatus,
  type Locale,
  type UserFriendlyStatus,
} from './types.js';

const colors: Readonly<Record<ConnectionState, UserFriendlyStatus['color']>> = {
  connecting: 'yellow',
  connected: 'green',
  reconnecting: 'orange',
  disconnected: 'gray',
  failed: 'red',
};

// The core passes a new string each time. These are shared by all clients.
const states = Object.keys(colors) as ConnectionState[];

export function toState(name: string): ConnectionState {
  return states.find((state) => state === name) ?? 'disconnected';
}

/** What the objects are made of. */
export interface Condition {
  readonly state: ConnectionState;
  readonly readyState: number;
  readonly snapshot: CoreSnapshot;
}

export function toStats(snapshot: CoreSnapshot): ConnectionStats {
  return {
    totalConnections: snapshot.totalConnections,
    totalReconnections: snapshot.totalReconnections,
    totalMessages: snapshot.totalMessages,
    totalErrors: snapshot.totalErrors,
    lastConnectedAt: toDate(snapshot.lastConnectedAt),
    lastDisconnectedAt: toDate(snapshot.lastDisconnectedAt),
    connectionDuration: snapshot.connectionDuration,
    averageLatency: snapshot.averageLatency,
    errorRate: snapshot.errorRate,
  };
}

/** Whether an attempt is under way. */
export function isConnecting({ state, snapshot }: Condition): boolean {
  return snapshot.isAttempting && state !== 'connected';
}

export function toStatus(condition: Condition): ConnectionStatus {
  const { state, readyState, snapshot } = condition;
  return {
    connected: state === 'connected',
    connecting: isConnecting(condition),
    readyState,
    reconnectAttempts: snapshot.reconnectAttempts,
    lastPong: snapshot.lastPong,
    queuedMessages: snapshot.queuedMessages,
    connectionState: state,
    nextAttemptAt: snapshot.nextAttemptAt,
    session: snapshot.session,
    stats: toStats(snapshot),
  };
}

/** `now` is the wall clock, epoch ms. A clock that was set back gives no negative time. */
export function toHealth(condition: Condition, now: number): ConnectionHealth {
  const { lastPong, consecutiveErrors, networkOnline, isHealthy, errorRate } = condition.snapshot;
  return {
    ...toStatus(condition),
    consecutiveErrors,
    timeSinceLastPong: lastPong === null ? null : Math.max(0, now - lastPong),
    networkOnline,
    isHealthy,
    errorRate,
  };
}

export function toUserFriendlyStatus(state: ConnectionState, locale: Locale): UserFriendlyStatus {
  const icon = state === 'failed' ? 'error' : state;
  return { text: getTexts(locale).states[state], color: colors[state], icon };
}

function toDate(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}
