// Owns the messages between the supervisor and the WebSocket server it runs as a child process.
// Refuses to send them: that is done by backend_process.ts and store_client.ts.
import type { Faults } from './faults.js';
import type { ChatMessage, MessageMetadata, Role, SessionSummary } from './frames.js';

/** What the child asks of the store, which lives in the supervisor and so survives a kill -9. */
export interface StoreCalls {
  session: {
    readonly arguments: { sessionId: number; userId: number };
    readonly result: SessionSummary | null;
  };
  append: {
    readonly arguments: { sessionId: number; role: Role; content: string; metadata: MessageMetadata };
    readonly result: ChatMessage;
  };
  update: {
    readonly arguments: { messageId: number; content: string; metadata: MessageMetadata };
    readonly result: boolean;
  };
}

export type StoreCallName = keyof StoreCalls;

export type StoreRequest = {
  [Name in StoreCallName]: {
    readonly kind: 'store';
    readonly id: number;
    readonly call: Name;
    readonly arguments: StoreCalls[Name]['arguments'];
  };
}[StoreCallName];

export type ToSupervisor =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'connections'; readonly count: number }
  | StoreRequest;

export type ToBackend =
  | { readonly kind: 'start'; readonly port: number; readonly faults: Faults }
  | { readonly kind: 'faults'; readonly faults: Faults }
  | { readonly kind: 'reset' }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown };
