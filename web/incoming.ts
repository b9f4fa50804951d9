// Owns the way of what the server sends: control frames to the core, everything else to the listeners.
// Refuses what comes from a socket that is not the connection's any more.
import { type CoreConnection } from './core/connection.js';
import { type CoreTraits } from './core/load.js';
import { type CurrentSocket } from './current_socket.js';
import { textsOf } from './locales.js';
import { type Outbox } from './outbox.js';
import { type PresentationOptions } from './types.js';

export class Incoming {
  readonly #core: CoreConnection;
  readonly #socket: CurrentSocket;
  readonly #outbox: Outbox;
  readonly #presentation: PresentationOptions;
  readonly #traits: CoreTraits;

  constructor(
    traits: CoreTraits,
    core: CoreConnection,
    socket: CurrentSocket,
    outbox: Outbox,
    presentation: PresentationOptions,
  ) {
    this.#core = core;
    this.#socket = socket;
    this.#outbox = outbox;
    this.#presentation = presentation;
    this.#traits = traits;
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
    else this.#outbox.tellAtOnce('message', data);
  }

  #mayBeControl(text: string): boolean {
    return text.length <= this.#traits.controlFrameLimit && text.includes(this.#traits.controlFrameMarker);
  }

  #tellJson(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#outbox.tell('message', text);
      const message = textsOf(this.#presentation.locale).errors.parse_error;
      this.#outbox.tell('error', { type: 'parse_error', message, recoverable: true });
      this.#outbox.deliver();
      return;
    }
    this.#outbox.tellAtOnce('message', value);
  }
}
