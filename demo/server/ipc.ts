// The messages between the supervisor and the WebSocket server, which runs as its child process.
import type { SessionStore } from '../../server/node/index.js';
import type { Faults } from './faults.js';
import type { ChatMessage, MessageMetadata, Role, SessionSummary } from './frames.js';

/** The steps of a store of sessions. */
export type SessionStep = Exclude<keyof SessionStore, 'subscribe'>;

/**
 * Calls of the child to the store, which is in the supervisor and so is not lost when the child is killed.
 */
export interface StoreCalls {
  session: {
    readonly arguments: { sessionId: number; userId: number };
    readonly result: SessionSummary | null;
  };
  append: {
    readonly arguments: {
      sessionId: number;
      role: Role;
      content: string;
      metadata: MessageMetadata;
      /** A message with the same key is stored once; null: no key. */
      key: string | null;
    };
    readonly result: ChatMessage;
  };
  update: {
    readonly arguments: { messageId: number; content: string; metadata: MessageMetadata };
    readonly result: boolean;
  };
  sessionStep: {
    readonly arguments: { step: SessionStep; parameters: readonly unknown[] };
    readonly result: unknown;
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
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'connections'; readonly count: number }
  | StoreRequest;

export type ToBackend =
  | { readonly kind: 'start'; readonly port: number; readonly faults: Faults }
  | { readonly kind: 'faults'; readonly faults: Faults }
  | { readonly kind: 'reset' }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown };
