// The interface of a contender: how a client is created, used and closed. Nothing stands between the
// measurement and the client: messages go directly to the client's own `send`, and come from its own
// listener.

export type Payload = string | ArrayBuffer;

/** The client itself without a wrapper: its `send` is measured. */
export interface Client {
  send(data: Payload): unknown;
}

export interface ClientOptions {
  /** Called for every opened connection. */
  readonly onOpen: () => void;
  /**
   * Called with every message: its text or ArrayBuffer, or its value if `format` is 'json' and the client
   * parses JSON.
   */
  readonly onMessage: (data: unknown) => void;
  readonly format: 'text' | 'json';
  /**
   * First retry delay, ms, without jitter if the contender allows it; undefined: the contender's defaults.
   */
  readonly firstDelay?: number;
  /** The server never answers: a client that checks its peer must tolerate this. */
  readonly isServerSilent?: boolean;
}

export interface OpenClient {
  readonly client: Client;
  readonly close: () => void;
}

export interface Contender {
  /**
   * Whether the listener gets parsed values if `format` is 'json'; the listeners of other contenders parse
   * themselves.
   */
  readonly parses: boolean;
  /** Creates a client and connects it. */
  readonly open: (url: string, options: ClientOptions) => OpenClient;
  /**
   * Creates a client with default options, as an application's first line does; it may or may not connect.
   */
  readonly construct: (url: string) => unknown;
}
