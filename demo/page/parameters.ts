// Reads the parameters in the page's URL: token, options, language and theme. The client validates the
// options.
import type { ResilientWebSocketOptions } from '@advakod/resilient-websocket';

export type Language = 'ru' | 'en';
export type Theme = 'light' | 'dark' | 'auto';

export interface Parameters {
  readonly token: string;
  readonly backendUrl: string;
  readonly options: ResilientWebSocketOptions;
  /** Whether the page begins with a session. */
  readonly isInSession: boolean;
  readonly language: Language | null;
  readonly theme: Theme | null;
}

const numericOptions = [
  'maxReconnectAttempts',
  'reconnectDelay',
  'maxReconnectDelay',
  'jitter',
  'stableAfter',
  'connectionTimeout',
  'pingInterval',
  'pongTimeout',
  'confirmAfter',
  'probeTimeout',
  'closeGrace',
  'maxQueueSize',
  'maxMessageSize',
] as const;

/** A shorter heartbeat than the default, so that a frozen server is noticed within five seconds. */
const demoOptions = { pingInterval: 2000, pongTimeout: 3000 } as const;

export function readParameters(query: URLSearchParams, hostname: string, backendPort: string): Parameters {
  const options: ResilientWebSocketOptions = { ...demoOptions };
  for (const name of numericOptions) {
    const value = query.get(name);
    if (value !== null && value !== '' && !Number.isNaN(Number(value))) options[name] = Number(value);
  }
  const language = query.get('lang');
  const theme = query.get('theme');
  return {
    token: query.get('token') ?? 'demo',
    backendUrl: `ws://${hostname}:${backendPort}`,
    options,
    isInSession: query.get('session') === 'on',
    language: language === 'ru' || language === 'en' ? language : null,
    theme: theme === 'light' || theme === 'dark' || theme === 'auto' ? theme : null,
  };
}
