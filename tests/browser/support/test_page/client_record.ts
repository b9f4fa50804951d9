// The interface between the pages and the tests: the record of what a client was given and did, events, and
// the functions of the top window and its frames.

export type Library = 'ours' | 'reconnecting-websocket' | 'partysocket' | 'socket.io-client';

/**
 * up, down: a connection opened, closed. failed: the client gave up. page: an event of the page's life cycle.
 */
export type EventName = 'up' | 'down' | 'failed' | 'error' | 'page';

export interface PageEvent {
  readonly frame: string;
  readonly name: EventName;
  /** Time by the machine's clock, ms. */
  readonly at: number;
  readonly detail: string;
}

export interface SentMessage {
  readonly n: number;
  readonly at: number;
  /** Number of the native socket in its frame, from 1. */
  readonly socket: number;
}

/** What happened to one client's messages, which are numbered from 1. */
export interface ClientRecord {
  /** Number of the next message; all lower numbers were given to the client. */
  next: number;
  /** Rejected by the client's `send` at once. */
  readonly rejected: number[];
  /** Given to a native socket, in order. */
  readonly sent: SentMessage[];
  /** Still in a native socket's buffer at its close event. */
  readonly unsent: SentMessage[];
  /** Reported as dropped. */
  readonly dropped: { readonly n: number; readonly reason: string; readonly at: number }[];
  /** Uncaught errors, violations of the content security policy, and errors on the console. */
  readonly errors: string[];
  /** Everything that was written to the console. */
  readonly consoleLines: string[];
  /** Number of native sockets created. */
  sockets: number;
}

export interface ClientStart {
  readonly library: Library;
  readonly url: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a frame offers: control of its client. */
export interface FrameApi {
  readonly start: (start: ClientStart) => void;
  /** Sends numbered messages, each with `padding` additional bytes. */
  readonly send: (count: number, padding?: number) => void;
  /** Sends one message every `interval` ms; 0 stops it. */
  readonly sendEvery: (interval: number) => void;
  readonly queued: () => number;
  readonly isUp: () => boolean;
  readonly state: () => string;
  readonly end: () => void;
}

/** What the top window offers to its frames and to the test. */
export interface TopApi {
  readonly frames: Record<string, FrameApi>;
  readonly record: (frame: string) => ClientRecord;
  readonly emit: (frame: string, name: EventName, detail: string) => void;
  /** Called by a frame when it has loaded. */
  readonly register: (frame: string, api: FrameApi) => void;
  /** Adds a frame; resolves when it has loaded. */
  readonly open: (frame: string) => Promise<void>;
  /** The events since the last call. */
  readonly takeEvents: () => PageEvent[];
  /** The machine's clock, which the simulated environment does not change. */
  readonly now: () => number;
}
