// Owns the words in which a page tells what its client was given and did; shared by the page and the test.
// Refuses to conclude.

export type Library = 'ours' | 'reconnecting-websocket' | 'partysocket' | 'socket.io-client';

export type EventName = 'up' | 'down' | 'failed' | 'error' | 'page';

/** Something that happened in a frame, at a time of the machine's clock, ms. */
export interface PageEvent {
  readonly frame: string;
  readonly name: EventName;
  readonly at: number;
  readonly detail: string;
}

export interface Transmission {
  readonly n: number;
  readonly at: number;
  /** Number of the native socket in its frame's life. */
  readonly socket: number;
}

/** What became of one client, in numbers of messages. */
export interface Ledger {
  /** Number of the message to be sent next; those before were all given to the client. */
  next: number;
  /** Refused at once, so never the client's business. */
  readonly refused: number[];
  /** Handed to a native socket, in order. */
  readonly transmitted: Transmission[];
  /** Still in a native socket's buffer when its close event came. */
  readonly unsent: Transmission[];
  /** Reported as not delivered. */
  readonly dropped: { readonly n: number; readonly reason: string; readonly at: number }[];
  /** Errors nobody caught, and what was written to the console as an error. */
  readonly complaints: string[];
  /** All that was written to the console. */
  readonly lines: string[];
  /** Native sockets made. */
  sockets: number;
}

export interface Beginning {
  readonly library: Library;
  readonly url: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a frame lets be done to its client. */
export interface FrameApi {
  readonly begin: (beginning: Beginning) => void;
  /** Sends numbered messages, each with so many bytes of padding. */
  readonly send: (count: number, padding?: number) => void;
  /** Sends one message every so many ms; 0 ends it. */
  readonly tick: (interval: number) => void;
  readonly queued: () => number;
  readonly isUp: () => boolean;
  readonly state: () => string;
  readonly end: () => void;
}

/** What the top window keeps for its frames. */
export interface Rig {
  readonly frames: Record<string, FrameApi>;
  readonly ledger: (frame: string) => Ledger;
  readonly tell: (frame: string, name: EventName, detail: string) => void;
  readonly enter: (frame: string, api: FrameApi) => void;
  readonly open: (frame: string) => Promise<void>;
  /** The events since the last call. */
  readonly drain: () => PageEvent[];
  /** The machine's clock, which no test bends. */
  readonly now: () => number;
}
