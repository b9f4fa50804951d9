// Owns the shapes in which the client's condition is shown: status, statistics, health, words and advice.
// Refuses to judge: thresholds and verdicts come from the core.
import { type CoreSnapshot } from '#core';
import { textsOf } from './locales.js';
import {
  type ConnectionHealth,
  type ConnectionState,
  type ConnectionStats,
  type ConnectionStatus,
  type Locale,
  type RecoveryAction,
  type RecoveryRecommendation,
  type UserFriendlyStatus,
} from './types.js';

const looks: Readonly<Record<ConnectionState, Omit<UserFriendlyStatus, 'text'>>> = {
  connecting: { color: 'yellow', icon: 'connecting' },
  connected: { color: 'green', icon: 'connected' },
  reconnecting: { color: 'orange', icon: 'reconnecting' },
  disconnected: { color: 'gray', icon: 'disconnected' },
  failed: { color: 'red', icon: 'error' },
};

const concerns: Readonly<Record<RecoveryAction, RecoveryRecommendation['type']>> = {
  checkNetwork: 'network',
  pageReload: 'errors',
  checkServer: 'reconnect',
  clearQueue: 'queue',
  contactSupport: 'errorRate',
};

export interface Condition {
  readonly state: ConnectionState;
  readonly isConnecting: boolean;
  readonly readyState: number;
  readonly snapshot: CoreSnapshot;
}

export function statsOf(snapshot: CoreSnapshot): ConnectionStats {
  return {
    totalConnections: snapshot.totalConnections,
    totalReconnections: snapshot.totalReconnections,
    totalMessages: snapshot.totalMessages,
    totalErrors: snapshot.totalErrors,
    lastConnectedAt: dateOf(snapshot.lastConnectedAt),
    lastDisconnectedAt: dateOf(snapshot.lastDisconnectedAt),
    connectionDuration: snapshot.connectionDuration,
    averageLatency: snapshot.averageLatency,
    errorRate: snapshot.errorRate,
  };
}

export function statusOf({ state, isConnecting, readyState, snapshot }: Condition): ConnectionStatus {
  return {
    connected: state === 'connected',
    connecting: isConnecting,
    readyState,
    reconnectAttempts: snapshot.reconnectAttempts,
    lastPong: snapshot.lastPong,
    queuedMessages: snapshot.queuedMessages,
    connectionState: state,
    nextAttemptAt: snapshot.nextAttemptAt,
    stats: statsOf(snapshot),
  };
}

/** `now` is wall clock time, epoch ms; a clock set back gives no negative age. */
export function healthOf(condition: Condition, now: number): ConnectionHealth {
  const { lastPong, consecutiveErrors, networkOnline, isHealthy, errorRate } = condition.snapshot;
  return {
    ...statusOf(condition),
    consecutiveErrors,
    timeSinceLastPong: lastPong === null ? null : Math.max(0, now - lastPong),
    networkOnline,
    isHealthy,
    errorRate,
  };
}

export function userFriendlyStatusOf(state: ConnectionState, locale: Locale): UserFriendlyStatus {
  return { text: textsOf(locale).states[state], ...looks[state] };
}

export function recommendationsOf(snapshot: CoreSnapshot, locale: Locale): RecoveryRecommendation[] {
  const texts = textsOf(locale).recommendations;
  return (snapshot.recommendations as RecoveryAction[]).map((action) => ({
    type: concerns[action],
    message: texts[action],
    action,
  }));
}

function dateOf(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}
