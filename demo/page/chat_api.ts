// The page's HTTP calls for sessions and history. Failed calls are not retried; the next reconnect calls
// again.
import type { ChatMessage, SessionSummary } from '../server/frames.js';

export interface ChatApi {
  readonly sessions: () => Promise<readonly SessionSummary[]>;
  readonly createSession: () => Promise<SessionSummary>;
  readonly messages: (sessionId: number) => Promise<readonly ChatMessage[]>;
}

export function createChatApi(token: string): ChatApi {
  const query = `?${new URLSearchParams({ token }).toString()}`;
  return {
    sessions: () => call(`/api/sessions${query}`),
    createSession: () => call(`/api/sessions${query}`, { method: 'POST' }),
    messages: (sessionId) => call(`/api/sessions/${sessionId}/messages${query}`),
  };
}

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as T;
}
