// Owns what a measurement knows of a contender: how a client is made, used and ended.
// Refuses to stand in its way: messages go straight to the client's own `send` and from its own listener.

export type Payload = string | ArrayBuffer;

/** The client itself, no wrapper: its `send` is what is measured. */
export interface Client {
  send(data: Payload): unknown;
}

export interface Wishes {
  /** Told of every connection. */
  readonly opened: () => void;
  /** Takes every message: its text or ArrayBuffer, or its value where `format` is 'json' and the client parses. */
  readonly message: (data: unknown) => void;
  readonly format: 'text' | 'json';
  /** Wait before the first new attempt, ms, without jitter as far as the contender can; undefined: its defaults. */
  readonly firstWait?: number;
  /** The other side never answers: a client that watches its peer must bear with it. */
  readonly isMute?: boolean;
}

export interface Opened {
  readonly client: Client;
  readonly close: () => void;
}

export interface Contender {
  /** Whether the listener gets parsed values when `format` is 'json'; the others' listeners parse themselves. */
  readonly parses: boolean;
  /** Creates a client and lets it connect. */
  readonly open: (url: string, wishes: Wishes) => Opened;
  /** Creates a client with defaults, as the first line of an application does; whether it connects is its own matter. */
  readonly construct: (url: string) => unknown;
}
