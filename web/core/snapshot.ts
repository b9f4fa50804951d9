// Owns the form of a snapshot: what the core tells as numbers becomes times, truths and a list of names.
// Refuses to derive anything.
import { type CorePort, type CoreSnapshot } from '#core';

export function snapshotOf(
  ...[
    recommendations,
    reconnectAttempts,
    queuedMessages,
    consecutiveErrors,
    nextAttemptAt,
    lastPong,
    networkOnline,
    isHealthy,
    totalConnections,
    totalReconnections,
    totalMessages,
    totalErrors,
    lastConnectedAt,
    lastDisconnectedAt,
    connectionDuration,
    averageLatency,
    errorRate,
  ]: Parameters<CorePort['snapshotTaken']>
): CoreSnapshot {
  return {
    reconnectAttempts,
    queuedMessages,
    consecutiveErrors,
    nextAttemptAt: timeOf(nextAttemptAt),
    lastPong: timeOf(lastPong),
    networkOnline: Boolean(networkOnline),
    isHealthy: Boolean(isHealthy),
    recommendations: recommendations === '' ? [] : recommendations.split(','),
    totalConnections,
    totalReconnections,
    totalMessages,
    totalErrors,
    lastConnectedAt: timeOf(lastConnectedAt),
    lastDisconnectedAt: timeOf(lastDisconnectedAt),
    connectionDuration,
    averageLatency,
    errorRate,
  };
}

function timeOf(told: number): number | null {
  return Number.isNaN(told) ? null : told;
}
