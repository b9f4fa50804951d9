// The interface of a store: one method for each step of the protocol that reads or changes the record of a session.
//
// Rules for every implementation:
// - A step happens completely or not at all, and at once for all servers that use the store.
// - A step that is repeated with the same arguments changes nothing more and has the same result, so that an implementation
//   may repeat it when the reply was lost. The store repeats steps by itself. A rejected promise means that the step may have
//   happened or not; the server then gives up its hold of the session.
// - The effects of a step whose promise has resolved survive every failure that the store claims to survive.

/** A message: text, or binary. */
export type Payload = string | Uint8Array;

/** A message to be kept. Nothing changes it after it was given to a store, so that the store may keep the object itself. */
export interface NewMessage {
  /** What is sent. */
  readonly data: Payload;
  /** When it expires, in ms since 1970; undefined if never. An expired message is skipped instead of sent. */
  readonly expiresAt: number | undefined;
}

/** A number of the server's direction that the client has not acknowledged. */
export interface StoredNumber {
  /** The number. */
  readonly seq: number;
  /** The message; undefined if the number was skipped. */
  readonly data: Payload | undefined;
  /** As in NewMessage. */
  readonly expiresAt: number | undefined;
}

/** A hold of a session. A step with a hold is done only while the hold is the newest one of the session. */
export interface Hold {
  /** The session. */
  readonly session: string;
  /** The server that holds it: SessionServer's own id. */
  readonly holder: string;
  /** Its fence. A hold with another fence or another holder than the record's is stale. */
  readonly fence: number;
  /** The last number that the holder knows to be stored. A record that ends below it has lost writes. */
  readonly sent: number;
}

/** Why a step with a hold was not done: another hold is newer; there is no record; the record has lost writes. */
export interface Refused {
  /** The reason. */
  readonly status: 'stale' | 'gone' | 'lost';
}

/** A session to be created. */
export interface CreateRequest {
  /** Its id. */
  readonly session: string;
  /** Who it belongs to. */
  readonly principal: string;
  /** The attempt of the hello. */
  readonly attempt: number;
  /** The server. */
  readonly holder: string;
  /** ms until it expires, unless refreshed. */
  readonly ttl: number;
}

/** The taking of a session by a hello. */
export interface TakeRequest extends CreateRequest {
  /** The last number the client has received; everything up to it is removed. */
  readonly received: number;
  /** The fence that the server holds already; 0 if none. It is kept if it is the newest one, else a newer one is made. */
  readonly fence: number;
  /** As in Hold; 0 without a hold. */
  readonly sent: number;
  /** Identifies the hello: a take with the token of the last one is its repetition. */
  readonly token: string;
}

/** What became of a hello's session. */
export type TakeResult =
  | {
      /** The session is held by the server of the request. */
      readonly status: 'taken';
      /** Its fence. */
      readonly fence: number;
      /** How many of the client's numbers are counted. */
      readonly counted: number;
      /** The last number of the server's direction. */
      readonly sent: number;
      /** Whether the application has closed the session. */
      readonly isClosing: boolean;
    }
  | {
      /** `unknown`: no record, or another principal's. `stale`: the attempt is not above the stored one. Nothing changed. */
      readonly status: 'unknown' | 'stale';
    }
  | {
      /** The record was removed: it had expired, or the counts are impossible. */
      readonly status: 'expired' | 'lost';
      /** What was unacknowledged, skipped numbers left out. */
      readonly unacknowledged: readonly StoredNumber[];
      /** The last number of the record. */
      readonly sent: number;
    };

/** Messages to be stored, and the count of a handler that made them. */
export interface Write {
  /** The session. */
  readonly session: string;
  /** The server that writes. */
  readonly holder: string;
  /** Grows with each write of a holder to a session: a write whose sequence is stored is a repetition. */
  readonly sequence: number;
  /** The messages, in order. */
  readonly messages: readonly NewMessage[];
  /** Whether the application closes the session after these messages. */
  readonly isClosing: boolean;
  /** For a handler's write: the hold it was begun under, and the client's numbers counted with it. */
  readonly handled: { readonly hold: Hold; readonly counted: number } | undefined;
  /** Most unacknowledged numbers of the session. Messages beyond are not stored; a handler's write ignores it. */
  readonly maxQueue: number;
}

/** What became of a write. `closing`: the application has closed the session; only a handler's write is stored then. */
export type WriteResult =
  | {
      /** The messages are stored. */
      readonly status: 'stored';
      /** How many of the messages: the first ones. */
      readonly added: number;
      /** The number of the last of them; without any, the last number of the session. */
      readonly last: number;
    }
  | {
      /** The application has closed the session. */
      readonly status: 'closing';
    }
  | Refused;

/** What a holder learns by looking. */
export type LookResult =
  | {
      /** The hold is the newest one. */
      readonly status: 'held';
      /** The last number of the server's direction. */
      readonly sent: number;
      /** Whether the application has closed the session. */
      readonly isClosing: boolean;
    }
  | Refused;

/** What was removed. */
export type EndResult =
  | {
      /** The record was removed. */
      readonly status: 'done';
      /** What was unacknowledged, skipped numbers left out. */
      readonly unacknowledged: readonly StoredNumber[];
      /** The last number of the record. */
      readonly sent: number;
    }
  | Refused;

/** A session that expired. */
export interface ExpiredSession {
  /** Its id. */
  readonly session: string;
  /** Who it belonged to. */
  readonly principal: string;
  /** What was unacknowledged, skipped numbers left out. */
  readonly unacknowledged: readonly StoredNumber[];
}

/** Keeps the sessions of one server or of several. */
export interface SessionStore {
  /** Creates a record with fence 1. */
  create(request: CreateRequest): Promise<void>;
  /** Rules 5 to 9 and 14: decides whether a hello resumes its session. */
  take(request: TakeRequest): Promise<TakeResult>;
  /**
   * Rule 9: stores messages, and with them the count if they are a handler's. Notifies the holder (`subscribe`) if it is not
   * the server that writes. A store in memory may return the result itself, which takes less time than a promise.
   */
  write(write: Write): WriteResult | Promise<WriteResult>;
  /** Removes everything up to `received`. */
  acknowledge(hold: Hold, received: number): Promise<{ readonly status: 'done' } | Refused>;
  /** Rule 11: records that the numbers from `first` to `last` are skipped. */
  skip(hold: Hold, first: number, last: number): Promise<{ readonly status: 'done' } | Refused>;
  /** The numbers above `after` in order, at least one if there is one and at most `limit`. `lost` if one is missing. */
  read(
    hold: Hold,
    after: number,
    limit: number,
  ): Promise<{ readonly status: 'done'; readonly numbers: readonly StoredNumber[] } | Refused>;
  /** Whether the hold is the newest one. The record expires `ttl` ms from now; with `ttl` 0 that time is not changed. */
  look(hold: Hold, ttl: number): Promise<LookResult>;
  /** Removes the record, also one that has lost writes. */
  end(hold: Hold): Promise<EndResult>;
  /** Removes records that have expired, each for one caller only. Called once a second by each server. */
  sweep(): Promise<readonly ExpiredSession[]>;
  /**
   * Calls the listener with a session that `holder` holds or held, when another server has written to it or taken it. A
   * notification may be lost. Resolves to a function that ends it.
   */
  subscribe(holder: string, listener: (session: string) => void): Promise<() => Promise<void>>;
}
