// The address of a chat session: the backend's URL or subprotocols with the token, and the key under which the
// connection is cached. The token is read before each attempt and never stored here.
import {
  type ConnectionErrorEvent,
  type MaybePromise,
  type ProtocolsSource,
  type ResilientWebSocketOptions,
} from '../../types.js';
import { type Connection, type WantedConnection } from '../connection_cache.js';
import { environmentUrls } from '../environment.js';
import { fromToken, type Identity } from '../identity.js';
import { type SessionId, toSessionName } from './protocol.js';
import { checkStoredUser, getStoredUser, storedToken } from './stored_user.js';

type OptionalToken = string | null | undefined;

/** The options of the chat hook that concern the server. */
export interface ChatServer {
  /**
   * Base URL of the server. Default: REACT_APP_WS_URL, else VITE_WS_URL, else `/ws` on the host of the page, else
   * ws://localhost:8000.
   */
  readonly url?: string | URL | undefined;
  /**
   * The token; null or '' means that there is none yet, and no connection is made. Default: localStorage.token, read
   * before each attempt.
   */
  readonly token?: OptionalToken;
  /** Called for the token before every attempt; overrides `token`. The attempt fails if it returns none. */
  readonly getToken?: (() => MaybePromise<OptionalToken>) | undefined;
  /**
   * Whose connection it is. Another identity is another connection, and what was queued for the former one is
   * dropped. Default: the provider's, else the `sub` of a token that is a JWT, else the token itself.
   */
  readonly identity?: Identity | null | undefined;
  /**
   * `query`: the token goes into the URL; `subprotocol`: the subprotocols `bearer` and the token are offered, and the
   * server must choose `bearer`. Default 'query'.
   */
  readonly tokenTransport?: 'query' | 'subprotocol' | undefined;
}

/** The part of what is wanted that the address decides. */
export interface ChatAddress extends Pick<WantedConnection, 'key' | 'identity' | 'sources' | 'options'> {
  readonly url: (connection: Connection) => MaybePromise<string>;
  /** Whether the stored token decides whose connection it is. */
  readonly isStoredUser: boolean;
}

/** A valid subprotocol: a token of RFC 7230. */
const SUBPROTOCOL = /^[!#$%&'*+\-.^`|~\w]+$/;

const NOT_A_SUBPROTOCOL: ConnectionErrorEvent = {
  type: 'auth_error',
  message: 'Option "token" must be a valid subprotocol (RFC 7230)',
  recoverable: true,
};

/** The user of the stored token. A page that says whose connection it is knows better whose the token is. */
export function readStoredUser(page: string | null): string | null {
  return page ? fromToken(storedToken()) : getStoredUser();
}

/**
 * `page`: the identity that the page gives; `user`: of `readStoredUser`; `options`: of the client.
 * `fail` is called with an error if the token cannot be sent.
 */
export function toChatAddress(
  sessionId: SessionId | undefined,
  { url, token, getToken, tokenTransport }: ChatServer,
  page: string | null,
  user: string | null,
  options: ResilientWebSocketOptions,
  fail: (error: ConnectionErrorEvent) => void,
): ChatAddress {
  const isStored = !getToken && token === undefined;
  const tokenUser = isStored ? user : fromToken(token);
  const identity = page ?? (getToken ? null : tokenUser);
  const name = toSessionName(sessionId);
  const isInQuery = tokenTransport !== 'subprotocol';
  const isStoredUser = isStored && !page;
  // The token of the attempt under way.
  let current: MaybePromise<string> = '';
  const admit = (connection: Connection, value: OptionalToken): MaybePromise<string> => {
    if (value && (page || connection.admit(fromToken(value) ?? ''))) return value;
    if (!value && !isStored) throw new Error('There is no token');
    // The page has another user, or none. The check comes after the event of a change in another tab.
    setTimeout(checkStoredUser);
    // The connection ends, and with it the attempt.
    return new Promise<never>(() => undefined);
  };
  const protocols = () => then(current, (value) => buildProtocols(value, options.protocols, fail));
  return {
    key:
      (getToken || tokenUser !== null) && sessionId !== undefined
        ? JSON.stringify(['chat', url ?? '', name, isInQuery, identity, isStoredUser])
        : null,
    identity,
    sources: getToken && !page ? [getToken] : [],
    url: (connection) => {
      current = '';
      current = then(getToken ? getToken() : (token ?? storedToken()), (value) => admit(connection, value));
      return then(current, (value) => buildUrl(url, name, isInQuery && value));
    },
    options: isInQuery ? options : { ...options, protocols },
    isStoredUser,
  };
}

/** `token` is false where it is not part of the URL. */
function buildUrl(url: ChatServer['url'], name: string, token: string | false): string {
  const given = String([url, ...environmentUrls(), defaultUrl()].find(Boolean));
  // The rest of the query may contain further question marks.
  const [base = '', ...query] = given.split('?');
  const path = name ? `session/${encodeURIComponent(name)}` : 'general';
  const queries = [query.join('?'), token && `token=${encodeURIComponent(token)}`].filter(Boolean).join('&');
  return `${base.replace(/\/+$/, '')}/${path}${queries && `?${queries}`}`;
}

function defaultUrl(): string {
  const { protocol, host } = (globalThis as { location?: Partial<Location> }).location ?? {};
  return host ? `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws` : 'ws://localhost:8000';
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
  const promise = value as Partial<Promise<T>> | null | undefined;
  return promise?.then ? promise.then(onValue) : onValue(value as T);
}
