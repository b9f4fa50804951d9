// A session server on a port of this machine, with a record of its events.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import {
  SessionServer,
  type EndReason,
  type FailedMessage,
  type MessageContext,
  type Payload,
  type Session,
  type SessionServerOptions,
  type UnconfirmedMessage,
  type ViolationDetails,
} from '../../../server/node/index.js';
import { within } from './client.js';

type Handler = (session: Session, data: Payload, context: MessageContext) => unknown;

/** Every event, in order of arrival, by kind. */
export class Served {
  readonly server: SessionServer<IncomingMessage>;
  readonly sessions: Session[] = [];
  readonly failed: FailedMessage[] = [];
  readonly unconfirmed: UnconfirmedMessage[] = [];
  readonly violations: ViolationDetails[] = [];
  readonly errors: unknown[] = [];
  readonly ended: EndReason[] = [];
  /** `[number, text]` of each message that was handed over. */
  readonly log: (readonly [number, string])[] = [];
  /** What the application does with a message. */
  handler: Handler;
  /** The server's ends of all sockets. */
  readonly sockets: WebSocket[] = [];
  readonly #http = createServer();
  readonly #waiting: { readonly isTrue: () => boolean; readonly resolve: () => void }[] = [];
  url = '';

  private constructor(options: SessionServerOptions<IncomingMessage>, handler: Handler) {
    this.handler = handler;
    this.server = new SessionServer<IncomingMessage>({
      principalOf: ({ url = '/' }) => new URL(url, 'ws://localhost').searchParams.get('user') ?? '',
      ...options,
    });
    this.server.on('session', (session) => {
      this.sessions.push(session);
      session.on('message', (data, context) => {
        this.log.push([context.seq, typeof data === 'string' ? data : `binary:${data.length}`]);
        this.#check();
        return this.handler(session, data, context);
      });
      session.on('end', (reason) => {
        this.ended.push(reason);
        this.#check();
      });
      this.#check();
    });
    const record = <Detail>(list: Detail[]) => {
      return (detail: Detail): void => {
        list.push(detail);
        this.#check();
      };
    };
    this.server.on('messageFailed', record(this.failed));
    this.server.on('messageUnconfirmed', record(this.unconfirmed));
    this.server.on('violation', record(this.violations));
    this.server.on('error', record(this.errors));
    const webSockets = new WebSocketServer({ server: this.#http });
    webSockets.on('connection', (socket, request) => {
      this.sockets.push(socket);
      this.server.attach(socket, request);
    });
  }

  static async start(
    options: SessionServerOptions<IncomingMessage> = {},
    handler: Handler = () => undefined,
  ): Promise<Served> {
    const served = new Served(options, handler);
    served.#http.listen(0, '127.0.0.1');
    await once(served.#http, 'listening');
    served.url = `ws://127.0.0.1:${(served.#http.address() as AddressInfo).port}/`;
    return served;
  }

  /** The session that was announced last. */
  get session(): Session {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error('No session has been announced');
    return session;
  }

  /** Resolves when this is true after an event. */
  when(isTrue: () => boolean): Promise<void> {
    const promise = new Promise<void>((resolve) => this.#waiting.push({ isTrue, resolve }));
    this.#check();
    return within(promise, `not: ${isTrue.toString()}`);
  }

  /** Resolves when the server has noticed the end of all sockets so far. */
  async left(): Promise<void> {
    const open = this.sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED);
    await within(Promise.all(open.map((socket) => once(socket, 'close'))), 'a socket is still open');
  }

  async stop(): Promise<void> {
    await this.server.close({ timeout: 0 });
    for (const socket of this.sockets) socket.terminate();
    this.#http.close();
  }

  #check(): void {
    for (const waiter of this.#waiting) if (waiter.isTrue()) waiter.resolve();
  }
}

/** Does what the text of a message says: `echo:<x>`, `many:<n>:<x>`, `fail:<x>`, `close:`. */
export function obey(session: Session, data: Payload): unknown {
  if (typeof data !== 'string') return session.send(data);
  const [name, first = '', ...rest] = data.split(':');
  if (name === 'echo') return session.send([first, ...rest].join(':'));
  if (name === 'close') return session.close();
  if (name === 'fail') {
    void session.send(first);
    throw new Error('the handler fails');
  }
  if (name !== 'many') return undefined;
  return Promise.all(Array.from({ length: Number(first) }, (_, index) => session.send(`${rest[0]}${index}`)));
}

/** A promise that a test settles. */
export function gate(): { readonly promise: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}
