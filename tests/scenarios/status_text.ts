// The values of a client's status by the names that scenarios use: numbers, and yes or no.
import { type ResilientWebSocket } from '../../web/index.js';

// As a C++ stream writes it: six significant digits.
function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** Null for an unknown name. */
export function statusText(client: ResilientWebSocket, wall: number, name: string): string | null {
  const health = client.checkConnectionHealth();
  const { stats, nextAttemptAt } = health;
  const texts: Readonly<Record<string, string>> = {
    reconnectAttempts: String(health.reconnectAttempts),
    queuedMessages: String(health.queuedMessages),
    consecutiveErrors: String(health.consecutiveErrors),
    isHealthy: yesOrNo(health.isHealthy),
    networkOnline: yesOrNo(health.networkOnline),
    totalConnections: String(stats.totalConnections),
    totalReconnections: String(stats.totalReconnections),
    totalMessages: String(stats.totalMessages),
    totalErrors: String(stats.totalErrors),
    connectionDuration: String(stats.connectionDuration),
    averageLatency: numberText(stats.averageLatency),
    errorRate: numberText(stats.errorRate),
    sinceLastPong: String(health.timeSinceLastPong ?? 'none'),
    nextAttemptIn: nextAttemptAt === null ? 'none' : String(nextAttemptAt - wall),
  };
  return Object.hasOwn(texts, name) ? (texts[name] ?? null) : null;
}
