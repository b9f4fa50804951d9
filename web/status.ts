// The objects that show the state of a client: status, statistics, health, texts and recommendations. Every threshold and
// judgement comes from the core.
import { type CoreSnapshot } from '#core';
import { getTexts } from './locales.js';
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

const colors: Readonly<Record<ConnectionState, UserFriendlyStatus['color']>> = {
  connecting: 'yellow',
  connected: 'green',
  reconnecting: 'orange',
  disconnected: 'gray',
  failed: 'red',
};

const recommendationTypes: Readonly<Record<RecoveryAction, RecoveryRecommendation['type']>> = {
  checkNetwork: 'network',
  pageReload: 'errors',
  checkServer: 'reconnect',
  clearQueue: 'queue',
  contactSupport: 'errorRate',
};

/** What the objects are made of. */
export interface Condition {
  readonly state: ConnectionState;
  readonly isConnecting: boolean;
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

export function toStatus({ state, isConnecting, readyState, snapshot }: Condition): ConnectionStatus {
  return {
    connected: state === 'connected',
    connecting: isConnecting,
    readyState,
    reconnectAttempts: snapshot.reconnectAttempts,
    lastPong: snapshot.lastPong,
    queuedMessages: snapshot.queuedMessages,
    connectionState: state,
    nextAttemptAt: snapshot.nextAttemptAt,
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

export function toRecommendations(snapshot: CoreSnapshot, locale: Locale): RecoveryRecommendation[] {
  const texts = getTexts(locale).recommendations;
  return (snapshot.recommendations as RecoveryAction[]).map((action) => ({
    type: recommendationTypes[action],
    message: texts[action],
    action,
  }));
}

function toDate(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}
