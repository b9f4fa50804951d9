// A test double of the browser's WebSocket, controlled by a scenario. It records what it was given, and throws like a
// browser for wrong states, codes and reasons.
import { messageName } from './message_name.js';

/** What sockets were given since the last look. */
export interface Wire {
  sent: string[];
  control: string[];
}

interface ControlFrame {
  readonly type: 'ping' | 'pong';
  readonly timestamp: string;
}

// Read by pattern: a number must come out as it was written.
function controlFrameOf(text: string): ControlFrame | null {
  const match = /^\{"type":"(ping|pong)","timestamp":(.*)\}$/.exec(text);
  const [, type, timestamp] = match ?? [];
  return type === undefined || timestamp === undefined ? null : { type: type as 'ping' | 'pong', timestamp };
}

/** A control frame of a session: its name, then what it says. Without the id of a ping. */
function sessionFrameText(text: string, pings: string[]): string {
  const frame = JSON.parse(text) as Readonly<Record<string, string | number | null>>;
  const { rws } = frame;
  if (rws === 'ping') pings.push(String(frame['id']));
  const words = ['session', 'attempt', 'id', 'received', 'window', 'count']
    .filter((name) => Object.hasOwn(frame, name) && !(rws === 'ping' && name === 'id'))
    .map((name) => String(frame[name] ?? 'new'));
  return [...(rws === 'ping' || rws === 'pong' ? ['session'] : []), rws, ...words].join(' ');
}

export class ScriptedSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  readyState: number = ScriptedSocket.CONNECTING;
  binaryType = 'blob';
  bufferedAmount = 0;
  onopen: ((event: object) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  onclose: ((event: object) => void) | null = null;
  onmessage: ((event: object) => void) | null = null;

  /** Handing over fails. */
  refuses = false;
  /** Nothing leaves the browser. */
  holds = false;
  /** Code and reason the client closed it with. */
  closed: string | null = null;
  /** Timestamps and ids of the client's pings. */
  readonly pings: string[] = [];
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  send(text: string): void {
    if (this.readyState !== ScriptedSocket.OPEN) throw new Error('something for a socket that is not open');
    if (this.refuses) throw new Error('refused by the scenario');
    if (this.holds) this.bufferedAmount += new TextEncoder().encode(text).length;
    const custom = /^(ping|reply)\.*$/.exec(text)?.[1];
    if (custom !== undefined) {
      this.#wire.control.push(`custom ${custom}`);
      return;
    }
    if (text.startsWith('{"rws":"')) {
      this.#wire.control.push(sessionFrameText(text, this.pings));
      return;
    }
    const frame = controlFrameOf(text);
    if (frame === null) {
      this.#wire.sent.push(messageName(text));
      return;
    }
    if (frame.type === 'ping') this.pings.push(frame.timestamp);
    this.#wire.control.push(frame.type === 'ping' ? 'ping' : `pong ${frame.timestamp}`);
  }

  close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) throw new RangeError('bad code');
    if (new TextEncoder().encode(reason ?? '').length > 123) throw new SyntaxError('reason too long');
    if (this.readyState >= ScriptedSocket.CLOSING) return;
    this.readyState = ScriptedSocket.CLOSING;
    this.closed = [code, reason].filter((part) => part !== undefined && part !== '').join(' ');
  }

  // --- what the scenario lets happen

  playOpen(): void {
    if (this.closed === null) this.readyState = ScriptedSocket.OPEN;
    this.onopen?.({});
  }

  playError(): void {
    this.onerror?.({});
  }

  playClosing(): void {
    this.readyState = ScriptedSocket.CLOSING;
  }

  playClose(code: number, reason: string, wasClean: boolean): void {
    this.readyState = ScriptedSocket.CLOSED;
    this.onclose?.({ code, reason, wasClean });
  }

  playMessage(data: string): void {
    this.onmessage?.({ data });
  }
}
