// The classes of the platform that the public types name. They need no lib "dom".

/** A class of the platform; `Otherwise` where TypeScript's libraries do not declare it (without lib "dom", say). */
type PlatformClass<Name extends string, Otherwise> =
  typeof globalThis extends Record<Name, { readonly prototype: infer Instance }> ? Instance : Otherwise;

/** The platform's WebSocket. */
export type NativeWebSocket = PlatformClass<
  'WebSocket',
  {
    /** 0 to 3: CONNECTING, OPEN, CLOSING, CLOSED. */
    readonly readyState: number;
    /** Bytes that were sent and have not left the browser. */
    readonly bufferedAmount: number;
    /** The subprotocol that the server chose, empty for none. */
    readonly protocol: string;
  }
>;
export type NativeUrl = PlatformClass<'URL', { readonly href: string }>;
export type NativeBlob = PlatformClass<'Blob', { readonly size: number; readonly type: string }>;
export type NativeAbortSignal = PlatformClass<'AbortSignal', { readonly aborted: boolean }>;

/** A class with the constructor and the interface of the platform's WebSocket. */
export type WebSocketClass = new (url: string, protocols?: string[]) => object;
