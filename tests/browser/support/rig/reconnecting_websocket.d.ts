// Owns the types of the module build of reconnecting-websocket; those of the package fit its CommonJS build alone.
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
