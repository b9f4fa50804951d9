// A WebSocket whose events a test fires, with the platform's rules for states. It does nothing by itself.
import { vi } from 'vitest';

type Handler = ((event?: unknown) => void) | null;

export class ScriptedWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  /** Every socket made since the last `install`, oldest first. */
  static made: ScriptedWebSocket[] = [];

  readonly sent: unknown[] = [];
  readonly closes: unknown[][] = [];
  readyState = ScriptedWebSocket.CONNECTING;
  bufferedAmount = 0;
  protocol = '';
  extensions = '';
  binaryType = 'blob';
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  onclose: Handler = null;

  constructor(
    readonly url: string,
    readonly protocols?: string | string[],
  ) {
    ScriptedWebSocket.made.push(this);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(...args: unknown[]): void {
    this.closes.push(args);
    if (this.readyState < ScriptedWebSocket.CLOSING) this.readyState = ScriptedWebSocket.CLOSING;
  }

  // --- for tests

  open(): void {
    this.readyState = ScriptedWebSocket.OPEN;
    this.onopen?.({ type: 'open' });
  }

  deliver(data: unknown): void {
    this.onmessage?.({ type: 'message', data });
  }

  /** Delivers a value as the backend does: as JSON text. */
  deliverJson(value: unknown): void {
    this.deliver(JSON.stringify(value));
  }

  fail(): void {
    this.onerror?.({ type: 'error' });
  }

  end(code: number, reason = '', wasClean = code !== 1006): void {
    this.readyState = ScriptedWebSocket.CLOSED;
    this.onclose?.({ type: 'close', code, reason, wasClean });
  }

  /** The events of a refused or broken connection in a browser: an error, then 1006. */
  break(): void {
    this.fail();
    this.end(1006);
  }

  /** What was sent, control frames left out. */
  get userFrames(): unknown[] {
    return this.sent.filter((frame) => typeof frame !== 'string' || !/"type":"p[io]ng"/.test(frame));
  }

  /** The control frames that were sent, parsed. */
  get controlFrames(): { type: string; timestamp?: unknown }[] {
    return this.sent
      .filter((frame) => typeof frame === 'string' && /"type":"p[io]ng"/.test(frame))
      .map((frame) => JSON.parse(frame as string) as { type: string; timestamp?: unknown });
  }

  /** Answers the client's last ping as the backend does. */
  answerPing(): void {
    const ping = this.controlFrames.findLast((frame) => frame.type === 'ping');
    if (ping === undefined) throw new Error('No ping was sent.');
    this.deliverJson({ type: 'pong', timestamp: ping.timestamp });
  }

  /** Puts this class, or a subclass, in the place of the platform's WebSocket. */
  static install(): void {
    ScriptedWebSocket.made = [];
    vi.stubGlobal('WebSocket', this);
  }

  static get last(): ScriptedWebSocket {
    const socket = ScriptedWebSocket.made.at(-1);
    if (socket === undefined) throw new Error('No socket was made.');
    return socket;
  }
}
