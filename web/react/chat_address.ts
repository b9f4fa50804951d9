// Owns where a chat session is to be found, and with which token: the backend's URLs.
// Refuses to keep a token, and to ask for one before an attempt needs it.
import {
  type ConnectionErrorEvent,
  type MaybePromise,
  type ProtocolsSource,
  type ResilientWebSocketOptions,
  type UrlSource,
} from '../types.js';
import { environmentUrls, ifThere } from './environment_url.js';

/** The id of a session as the hook takes it; all but its digits is ignored, without digits it means no session. */
export type SessionId = number | string | null;

type GivenToken = string | null | undefined;

/** What the user of the hook says about the server. */
export interface ChatServer {
  /** Base URL of the server. Default: REACT_APP_WS_URL, else VITE_WS_URL, else ws://localhost:8000. */
  readonly url?: string | URL | undefined;
  /**
   * The token; null or '' while there is none, and then no connection. Another value is another identity: a new
   * connection. For a fresh token on the same connection use `getToken`. Default: localStorage.token at each attempt.
   */
  readonly token?: GivenToken;
  /** Asked for the token before every attempt; goes before `token`. An attempt it gives none for fails. */
  readonly getToken?: (() => MaybePromise<GivenToken>) | undefined;
  /**
   * `query`: the token goes into the URL; `subprotocol`: the subprotocols `bearer` and the token are offered, and the
   * server must choose `bearer`. Default 'query'.
   */
  readonly tokenTransport?: 'query' | 'subprotocol' | undefined;
  /** Options of the client; a changed one is assigned. Default: the client's. */
  readonly options?: ResilientWebSocketOptions | undefined;
}

/** Where to connect to, and under which name the connection is shared. */
export interface ChatAddress {
  readonly key: string | null;
  readonly url: UrlSource;
  readonly options: ResilientWebSocketOptions;
}

const DEFAULT_URL = 'ws://localhost:8000';

/** What may stand in a subprotocol: a token of RFC 7230. */
const SUBPROTOCOL = /^[!#$%&'*+\-.^`|~\w]+$/;

const NOT_A_SUBPROTOCOL: ConnectionErrorEvent = {
  type: 'auth_error',
  message: 'Option "token" must be a token of RFC 7230 to be sent as a subprotocol',
  recoverable: true,
};

export function digitsOf(sessionId: unknown): string {
  return typeof sessionId === 'number' || typeof sessionId === 'string'
    ? String(sessionId).replace(/\D/g, '')
    : '';
}

/** `fail` is told of a token that cannot be sent. */
export function addressOf(
  sessionId: SessionId | undefined,
  server: ChatServer,
  isTokenStored: boolean,
  fail: (error: ConnectionErrorEvent) => void,
): ChatAddress {
  const { url, token, getToken, tokenTransport, options = {} } = server;
  const isKnown = getToken !== undefined || (token === undefined ? isTokenStored : Boolean(token));
  const digits = digitsOf(sessionId);
  const ask = getToken ?? (() => token ?? storedToken());
  const isInQuery = tokenTransport !== 'subprotocol';
  // Throws, as does the promise, when there is no token.
  const withToken = <T>(proceed: (known: string) => MaybePromise<T>) =>
    then(ask(), (known) => {
      if (!known) throw new Error('There is no token');
      return proceed(known);
    });
  return {
    key:
      isKnown && sessionId !== undefined
        ? JSON.stringify([String(url ?? ''), digits, getToken ? 1 : (token ?? 0), isInQuery])
        : null,
    url: isInQuery
      ? () => withToken((known) => urlOf(url, digits, `token=${encodeURIComponent(known)}`))
      : () => urlOf(url, digits, ''),
    options: isInQuery
      ? options
      : {
          ...options,
          protocols: () => withToken((known) => protocolsOf(known, options.protocols, fail)),
        },
  };
}

/** The token that the page has stored under the name `token`; none without a storage. */
export function storedToken(): GivenToken {
  return ifThere(() => localStorage.getItem('token'));
}

/** Tells of changes that other pages make to the storage. */
export function watchStorage(changed: () => void): () => void {
  addEventListener('storage', changed);
  return () => {
    removeEventListener('storage', changed);
  };
}

function urlOf(url: ChatServer['url'], digits: string, query: string): string {
  const [base = '', given] = String([url, ...environmentUrls(), DEFAULT_URL].find(Boolean)).split('?');
  const path = digits === '' ? 'general' : `session/${digits}`;
  const queries = [given, query].filter(Boolean).join('&');
  return `${base.replace(/\/+$/, '')}/${path}${queries && `?${queries}`}`;
}

/** The subprotocols `bearer` and the token, then those given. */
function protocolsOf(
  token: string,
  others: ProtocolsSource | undefined,
  fail: (error: ConnectionErrorEvent) => void,
): MaybePromise<string[]> {
  // The client refuses such a list, and the attempt fails.
  if (!SUBPROTOCOL.test(token)) fail(NOT_A_SUBPROTOCOL);
  const more = typeof others === 'function' ? others() : others;
  return then(more, (list) => ['bearer', token, ...(typeof list === 'string' ? [list] : (list ?? []))]);
}

/** At once, unless there is something to wait for. */
function then<T, R>(value: MaybePromise<T>, proceed: (value: T) => MaybePromise<R>): MaybePromise<R> {
  const { then: wait } = Object(value) as Partial<Promise<T>>;
  return typeof wait === 'function' ? (value as Promise<T>).then(proceed) : proceed(value as T);
}
