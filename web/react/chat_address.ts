// The address of a chat session: the backend's URL or subprotocols with the token, and the key under which
// the connection is cached. The token is read before each attempt and never stored here.
import {
  type ConnectionErrorEvent,
  type MaybePromise,
  type ProtocolsSource,
  type ResilientWebSocketOptions,
  type UrlSource,
} from '../types.js';
import { environmentUrls, valueOrUndefined } from './environment_url.js';

/**
 * The id of a session. Only its digits are used; an id without digits, or null, means the general channel.
 */
export type SessionId = number | string | null;

type OptionalToken = string | null | undefined;

/** The options of the chat hook that concern the server. */
export interface ChatServer {
  /** Base URL of the server. Default: REACT_APP_WS_URL, else VITE_WS_URL, else ws://localhost:8000. */
  readonly url?: string | URL | undefined;
  /**
   * The token; null or '' means that there is none yet, and no connection is made. Another value is another
   * identity, so a new connection is made. To renew the token of a connection use `getToken`. Default:
   * localStorage.token, read before each attempt.
   */
  readonly token?: OptionalToken;
  /** Called for the token before every attempt; overrides `token`. The attempt fails if it returns none. */
  readonly getToken?: (() => MaybePromise<OptionalToken>) | undefined;
  /**
   * `query`: the token goes into the URL; `subprotocol`: the subprotocols `bearer` and the token are offered,
   * and the server must choose `bearer`. Default 'query'.
   */
  readonly tokenTransport?: 'query' | 'subprotocol' | undefined;
  /** Options of the client; a changed option is assigned to the running client. Default: the client's. */
  readonly options?: ResilientWebSocketOptions | undefined;
}

/** Where to connect, and the key under which the connection is cached; null: no connection. */
export interface ChatAddress {
  readonly key: string | null;
  readonly url: UrlSource;
  readonly options: ResilientWebSocketOptions;
}

const DEFAULT_URL = 'ws://localhost:8000';

/** A valid subprotocol: a token of RFC 7230. */
const SUBPROTOCOL = /^[!#$%&'*+\-.^`|~\w]+$/;

const NOT_A_SUBPROTOCOL: ConnectionErrorEvent = {
  type: 'auth_error',
  message: 'Option "token" must be a token of RFC 7230 to be sent as a subprotocol',
  recoverable: true,
};

export function toDigits(sessionId: unknown): string {
  return typeof sessionId === 'number' || typeof sessionId === 'string'
    ? String(sessionId).replace(/\D/g, '')
    : '';
}

/** `fail` is called with an error if the token cannot be sent. */
export function toChatAddress(
  sessionId: SessionId | undefined,
  server: ChatServer,
  hasStoredToken: boolean,
  fail: (error: ConnectionErrorEvent) => void,
): ChatAddress {
  const { url, token, getToken, tokenTransport, options = {} } = server;
  const hasToken = getToken !== undefined || (token === undefined ? hasStoredToken : Boolean(token));
  const digits = toDigits(sessionId);
  const readToken = getToken ?? (() => token ?? storedToken());
  const isInQuery = tokenTransport !== 'subprotocol';
  // Throws, or rejects, when there is no token.
  const withToken = <T>(use: (value: string) => MaybePromise<T>) =>
    then(readToken(), (value) => {
      if (!value) throw new Error('There is no token');
      return use(value);
    });
  return {
    key:
      hasToken && sessionId !== undefined
        ? JSON.stringify([String(url ?? ''), digits, getToken ? 1 : (token ?? 0), isInQuery])
        : null,
    url: isInQuery
      ? () => withToken((value) => buildUrl(url, digits, `token=${encodeURIComponent(value)}`))
      : () => buildUrl(url, digits, ''),
    options: isInQuery
      ? options
      : {
          ...options,
          protocols: () => withToken((value) => buildProtocols(value, options.protocols, fail)),
        },
  };
}

/** localStorage.token; undefined where localStorage is missing or not accessible. */
export function storedToken(): OptionalToken {
  return valueOrUndefined(() => localStorage.getItem('token'));
}

/** Calls `onChange` when another page changes the storage. Returns the function that ends this. */
export function watchStorage(onChange: () => void): () => void {
  addEventListener('storage', onChange);
  return () => {
    removeEventListener('storage', onChange);
  };
}

function buildUrl(url: ChatServer['url'], digits: string, query: string): string {
  const [base = '', given] = String([url, ...environmentUrls(), DEFAULT_URL].find(Boolean)).split('?');
  const path = digits === '' ? 'general' : `session/${digits}`;
  const queries = [given, query].filter(Boolean).join('&');
  return `${base.replace(/\/+$/, '')}/${path}${queries && `?${queries}`}`;
}

/** The subprotocols `bearer` and the token, then the ones given in the options. */
function buildProtocols(
  token: string,
  others: ProtocolsSource | undefined,
  fail: (error: ConnectionErrorEvent) => void,
): MaybePromise<string[]> {
  // The client rejects the invalid list afterwards, and the attempt fails.
  if (!SUBPROTOCOL.test(token)) fail(NOT_A_SUBPROTOCOL);
  const more = typeof others === 'function' ? others() : others;
  return then(more, (list) => ['bearer', token, ...(typeof list === 'string' ? [list] : (list ?? []))]);
}

/** Like Promise.then, but synchronous if the value is not a promise. */
function then<T, R>(value: MaybePromise<T>, onValue: (value: T) => MaybePromise<R>): MaybePromise<R> {
  const { then: wait } = Object(value) as Partial<Promise<T>>;
  return typeof wait === 'function' ? (value as Promise<T>).then(onValue) : onValue(value as T);
}
