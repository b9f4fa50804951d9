// Owns the way of what the server sends: control frames to the core, everything else to the listeners.
// Refuses what comes from a socket that is not the connection's any more.
import { type CoreConnection, type CoreModule } from '#core';
import { type CurrentSocket } from './current_socket.js';
import { textsOf } from './locales.js';
import { type Outbox } from './outbox.js';
import { type PresentationOptions } from './types.js';

export class Incoming {
  readonly #core: CoreConnection;
  readonly #socket: CurrentSocket;
  readonly #outbox: Outbox;
  readonly #presentation: PresentationOptions;
  readonly #controlLimit: number;
  readonly #controlMarker: string;

  constructor(
    module: CoreModule,
    core: CoreConnection,
    socket: CurrentSocket,
    outbox: Outbox,
    presentation: PresentationOptions,
  ) {
    this.#core = core;
    this.#socket = socket;
    this.#outbox = outbox;
    this.#presentation = presentation;
    this.#controlLimit = module.controlFrameLimit();
    this.#controlMarker = module.controlFrameMarker();
  }

  /** Takes over the messages of a new socket. */
  listen(attempt: number, socket: WebSocket): void {
    const { binaryType } = this.#presentation;
    // Some platforms cannot do all types, and throw even when told the one they have.
    if (socket.binaryType !== binaryType) socket.binaryType = binaryType;
    // A test's double may call without an event.
    socket.onmessage = (event?: MessageEvent<unknown>) => {
      this.#receive(attempt, event?.data);
    };
  }

  #receive(attempt: number, data: unknown): void {
    if (typeof data === 'string' && this.#mayBeControl(data)) {
      if (this.#core.receivedText(attempt, data)) return;
    } else {
      this.#core.received(attempt);
    }
    // Of a socket given up before, or just now by a listener that the core's turn has run.
    if (attempt !== this.#socket.attempt) return;
    if (typeof data === 'string' && this.#presentation.messageFormat === 'json') this.#tellJson(data);
    else this.#outbox.tell('message', data);
    this.#outbox.deliver();
  }

  #mayBeControl(text: string): boolean {
    return text.length <= this.#controlLimit && text.includes(this.#controlMarker);
  }

  #tellJson(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#outbox.tell('message', text);
      const message = textsOf(this.#presentation.locale).errors.parse_error;
      this.#outbox.tell('error', { type: 'parse_error', message, recoverable: true });
      return;
    }
    this.#outbox.tell('message', value);
  }
}
