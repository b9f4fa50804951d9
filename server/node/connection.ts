// One socket: its first frame must be `hello`; after `welcome` its frames go to the session that it carries.
import {
  isControlFrame,
  readControlFrame,
  VERSION,
  writeControlFrame,
  type ClientFrame,
  type Hello,
  type ServerFrame,
} from './frames.js';
import { Violation } from './errors.js';
import type { Holding } from './holding.js';
import type { CheckedOptions } from './options.js';
import type { Payload } from './store.js';
import { atEndOfTick } from './tick.js';
import type { ServerSocket } from './types.js';

/** A sender waits while so many bytes wait in the socket. */
const CONGESTED_BYTES = 2_097_152;
/** When more bytes than these and the largest message wait in the socket, the client does not read: it is disconnected. */
const MAX_WAITING_BYTES = 4_194_304;
/** Larger messages are written at once, so that `bufferedAmount` shows what the system does not take. */
const MAX_GATHERED_BYTES = 16_384;

/** The TCP connection below a socket, for example of an `IncomingMessage`. */
export interface Stream {
  /** Gathers what is written, until uncork(). */
  cork(): void;
  uncork(): void;
}

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly options: CheckedOptions;
  /** Answers the first frame of the connection. */
  greet(connection: Connection, hello: Hello): void;
  violated(connection: Connection, code: number, reason: string): void;
  closed(connection: Connection): void;
}

/** `greeting`: the hello is being answered. */
type Phase = 'waiting' | 'greeting' | 'open' | 'closed';

export class Connection {
  readonly #host: ConnectionHost;
  readonly #socket: ServerSocket;
  readonly #stream: Stream | undefined;
  readonly #sendGathered = (): void => {
    if (!this.#isGathering) return;
    this.#isGathering = false;
    this.#stream?.uncork();
  };
  readonly #drained = (): void => {
    if (!this.isCongested) this.#holding?.sender.pump();
  };
  #isGathering = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #phase: Phase = 'waiting';
  /** The number of the last message or skip that arrived. */
  #arrived = 0;
  #isByeSent = false;
  /** When the last ping was sent, if no frame has arrived since. */
  #pingedAt: number | undefined;
  /** The client's count when it was looked at last, and since when it is the same with a full window. */
  #stalled = { at: -1, since: 0 };
  #holding: Holding | undefined;
  /** When watch() first ran after the last frame; undefined until then. To read the clock for each frame would cost time. */
  #silentSince: number | undefined;
  /** The largest number of messages that the client accepts unacknowledged. */
  window = 1;
  /** The last count sent to the client. */
  ackSent = 0;
  principal: string | undefined;

  constructor(host: ConnectionHost, socket: ServerSocket, stream: Stream | undefined) {
    this.#host = host;
    this.#socket = socket;
    this.#stream = stream;
    const { helloTimeout } = host.options;
    this.#timer = setTimeout(() => {
      this.#violate(4408, `no hello within ${helloTimeout} ms`);
    }, helloTimeout);
    socket.on('message', (data: unknown, isBinary: unknown) => {
      this.#receive(data, isBinary);
    });
    socket.on('close', () => {
      this.#end();
    });
    // A `close` follows.
    socket.on('error', () => undefined);
  }

  /** Whether it carries a session. */
  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  get isClosed(): boolean {
    return this.#phase === 'closed';
  }

  /** Whether so much waits in the socket that nothing more should be given to it. */
  get isCongested(): boolean {
    return (this.#socket.bufferedAmount ?? 0) > CONGESTED_BYTES;
  }

  /** Sends `welcome`; from now on the connection carries the session. */
  welcome(holding: Holding, resumed: boolean, received: number, window: number): void {
    clearTimeout(this.#timer);
    const { maxMessage, ttl, window: ownWindow } = this.#host.options;
    this.#phase = 'open';
    this.#holding = holding;
    this.window = window;
    this.#arrived = received;
    const session = holding.session.id;
    this.sendControl({
      rws: 'welcome',
      v: VERSION,
      session,
      resumed,
      received,
      window: ownWindow,
      maxMessage,
      ttl,
    });
  }

  sendMessage(data: Payload): void {
    // `length` counts UTF-16 units, which have at most 3 bytes each in UTF-8.
    const bytes = typeof data === 'string' ? 3 * data.length : data.length;
    if (bytes <= MAX_GATHERED_BYTES) this.#gather();
    else this.#sendGathered();
    // A callback costs as much as the sending of a small message, and is needed only if the sender may have to wait afterwards.
    // It is asked for from half of the limit on, because headers and control frames, which have no callback, take room, too.
    const isNearLimit = (this.#socket.bufferedAmount ?? 0) + bytes > CONGESTED_BYTES / 2;
    this.#send(data, isNearLimit ? this.#drained : undefined);
  }

  sendControl(frame: ServerFrame): void {
    if ('received' in frame) this.ackSent = frame.received;
    this.#gather();
    this.#send(writeControlFrame(frame));
    if ((this.#socket.bufferedAmount ?? 0) > MAX_WAITING_BYTES + this.#host.options.maxMessage) {
      this.#socket.terminate();
    }
  }

  #send(data: Payload, callback?: () => void): void {
    try {
      this.#socket.send(data, callback);
    } catch {
      // A socket that is not npm `ws` may throw. The client reconnects and gets what it has not received.
      this.#socket.terminate();
    }
  }

  /** Ends the session: the client closes the connection. */
  sendBye(): void {
    if (this.#isByeSent) return;
    // At the bye the client reports what is not acknowledged.
    this.#holding?.receiver.acknowledge();
    if (this.#phase === 'closed') return;
    this.#isByeSent = true;
    this.#timer = setTimeout(() => this.#holding?.byeAnswered(), this.#host.options.helloTimeout);
    this.sendControl({ rws: 'bye' });
  }

  /** Closes the socket; nothing is taken from it any more. */
  close(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    clearTimeout(this.#timer);
    this.#socket.close(code, reason);
    this.#host.closed(this);
    this.#holding?.left(this);
  }

  /**
   * Called about once a second, see Registry: sends a ping to a silent client. Ends the connection if no frame follows for
   * pongTimeout, or if the client acknowledges nothing for stallTimeout while its window is full.
   */
  watch(now: number): void {
    if (this.#phase !== 'open' || this.#holding === undefined) return;
    const { pingInterval, pongTimeout, stallTimeout } = this.#host.options;
    const { acknowledged, isWindowFull } = this.#holding.sender;
    if (!isWindowFull || acknowledged !== this.#stalled.at) this.#stalled = { at: acknowledged, since: now };
    else if (now - this.#stalled.since >= stallTimeout) {
      this.#violate(4400, `nothing acknowledged for ${stallTimeout} ms`);
      return;
    }
    this.#silentSince ??= now;
    if (this.#pingedAt !== undefined) {
      if (now - this.#pingedAt >= pongTimeout) this.#socket.terminate();
    } else if (now - this.#silentSince >= pingInterval) {
      this.#pingedAt = now;
      this.sendControl({ rws: 'ping', id: Math.round(now), received: this.#holding.receiver.counted });
    }
  }

  /** What is sent until the end of the turn leaves with one system call: for a small message it costs more than all other work. */
  #gather(): void {
    if (this.#isGathering || this.#stream === undefined) return;
    this.#isGathering = true;
    this.#stream.cork();
    atEndOfTick(this.#sendGathered);
  }

  #end(): void {
    clearTimeout(this.#timer);
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#host.closed(this);
    if (this.#isByeSent) this.#holding?.byeAnswered();
    this.#holding?.left(this);
  }

  #violate(code: number, reason: string): void {
    this.close(code, reason);
    this.#host.violated(this, code, reason);
  }

  #receive(raw: unknown, isBinary: unknown): void {
    if (this.#phase === 'closed') return;
    this.#silentSince = undefined;
    this.#pingedAt = undefined;
    try {
      const isText = typeof raw === 'string' || isBinary === false;
      const bytes = toBytes(raw);
      if (isText && isControlFrame(bytes)) {
        const frame = readControlFrame(bytes.toString('utf8'), bytes.length);
        if (frame !== undefined) this.#receiveControl(frame);
      } else this.#receiveMessage(isText ? bytes.toString('utf8') : bytes, bytes.length);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#violate(error.code, error.message);
    }
  }

  #receiveMessage(data: Payload, bytes: number): void {
    const holding = this.#beforeWelcome('message');
    const { maxMessage, maxWaitingBytes } = this.#host.options;
    if (bytes > maxMessage) throw new Violation(`message larger than ${maxMessage} bytes`, 1009);
    const seq = this.#advance(1);
    if (holding.receiver.waitingBytes + bytes > maxWaitingBytes) {
      this.close(1013, 'too many bytes wait for their handler');
    } else holding.receiver.arrived({ kind: 'message', seq, data, bytes });
  }

  #receiveControl(frame: ClientFrame): void {
    if (frame.rws === 'hello') {
      if (this.#phase !== 'waiting') throw new Violation('second hello');
      this.#phase = 'greeting';
      clearTimeout(this.#timer);
      this.#host.greet(this, frame);
      return;
    }
    const holding = this.#beforeWelcome(frame.rws);
    switch (frame.rws) {
      case 'ack':
      case 'pong':
        holding.sender.acknowledge(frame.received);
        break;
      case 'ping':
        holding.sender.acknowledge(frame.received);
        this.sendControl({ rws: 'pong', id: frame.id, received: holding.receiver.counted });
        break;
      case 'skip':
        holding.receiver.arrived({ kind: 'skip', seq: this.#advance(frame.count) });
        break;
      case 'bye':
        holding.receiver.arrived({ kind: 'bye' });
        break;
    }
  }

  /** The session that the connection carries. Throws Violation if there is none yet. */
  #beforeWelcome(what: string): Holding {
    if (this.#phase === 'waiting') throw new Violation(`${what} before hello`);
    if (this.#holding === undefined) throw new Violation(`${what} before welcome`);
    this.#holding.answered();
    return this.#holding;
  }

  #advance(count: number): number {
    this.#arrived += count;
    const { window } = this.#host.options;
    if (this.#arrived - this.ackSent > window)
      throw new Violation(`more than ${window} unacknowledged messages`);
    return this.#arrived;
  }
}

function toBytes(raw: unknown): Buffer {
  if (typeof raw === 'string') return Buffer.from(raw);
  if (Buffer.isBuffer(raw)) return raw;
  if (Array.isArray(raw)) return Buffer.concat(raw as Uint8Array[]);
  if (raw instanceof ArrayBuffer) return Buffer.from(raw);
  if (ArrayBuffer.isView(raw)) return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  throw new TypeError('The socket gave a message that is neither text nor binary');
}
