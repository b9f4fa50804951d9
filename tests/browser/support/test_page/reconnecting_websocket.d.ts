// Types for the module build of reconnecting-websocket; the package's own types fit its CommonJS build only.
declare module 'reconnecting-websocket/dist/reconnecting-websocket-mjs.js' {
  export default class ReconnectingWebSocket {
    constructor(url: string);
    readonly readyState: number;
    onopen: (() => void) | null;
    onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
    addEventListener(type: 'open', listener: () => void): void;
    send(data: string): void;
    close(): void;
  }
}
