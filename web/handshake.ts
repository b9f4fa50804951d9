// The user's handshake on one open socket: what its function gets, and the messages that it has not received. The core
// decides when it starts, and how long it may take.
import { withHandler } from './connection_promises.js';
import { createTooLateError, type HandshakeError } from './errors.js';
import { type Messages } from './messages.js';
import { toDirect } from './payload.js';
import { SendResult, type CurrentSocket } from './socket.js';
import { type HandshakeConnection, type PresentationOptions } from './types.js';

/** Of this or of another copy of the package. */
function isHandshakeError(error: unknown): error is HandshakeError {
  const isNamed = error instanceof Error && error.name === 'HandshakeError';
  return isNamed && typeof (error as Partial<HandshakeError>).code === 'number';
}

/** Ends the attempt because a function of the user has thrown; `source` names the function in the log. */
export function failAttempt(socket: CurrentSocket, source: string, error: unknown): void {
  const { attempt, client, logger } = socket;
  socket.lastError = error;
  if (isHandshakeError(error)) {
    client.handshakeFailed(attempt, error.code, error.reason);
  } else {
    logger.thrown(source, error);
    client.handshakeFailed(attempt, 0, '');
  }
}

interface Receiver {
  readonly resolve: (message: unknown) => void;
  readonly reject: (reason: Error) => void;
}

export class Handshake {
  /** Messages that have arrived and that `receive()` has not returned, oldest first. */
  readonly messages: unknown[] = [];
  readonly #receivers: Receiver[] = [];
  readonly #aborter = new AbortController();
  // Set when the handshake is over: from then on `send()` and `receive()` fail with it.
  #tooLate: Error | undefined;
  readonly #socket: CurrentSocket;
  readonly #messages: Messages;

  constructor(socket: CurrentSocket, messages: Messages) {
    this.#socket = socket;
    this.#messages = messages;
  }

  /** Runs the function, outside the core's turn, and gives the core its result. */
  run(handshake: PresentationOptions['handshake']): void {
    const { attempt, client } = this.#socket;
    const connection: HandshakeConnection = {
      send: (data) => {
        this.#send(data);
      },
      receive: () => this.#receive(),
      signal: this.#aborter.signal,
    };
    void Promise.resolve()
      .then(() => this.#tooLate ?? handshake?.(connection))
      .then(
        () => {
          if (this.#close()) client.handshakeDone(attempt);
        },
        (error: unknown) => {
          // An error after the end of the attempt follows from that end.
          if (!this.#close()) return;
          failAttempt(this.#socket, 'handshake', error);
        },
      );
  }

  /** A message has arrived. */
  add(message: unknown): void {
    const receiver = this.#receivers.shift();
    if (receiver === undefined) this.messages.push(message);
    else receiver.resolve(message);
  }

  /** The attempt is over. */
  abort(): void {
    this.#close();
    this.#socket.events.runCallback(() => {
      this.#aborter.abort(this.#tooLate);
    });
  }

  #send(data: unknown): void {
    if (this.#tooLate !== undefined) throw this.#tooLate;
    const payload = toDirect(data, this.#socket.presentation.serialize);
    if (payload === undefined) throw new TypeError('The value cannot be sent');
    const { sessionMarker } = this.#socket.core;
    if (this.#socket.isInSession && typeof payload === 'string' && payload.startsWith(sessionMarker)) {
      throw new RangeError(`A message must not begin with ${sessionMarker}`);
    }
    const isSent = this.#socket.isInSession
      ? this.#messages.sendInHandshake(payload)
      : this.#socket.send(payload) === SendResult.sent;
    if (!isSent) {
      throw (this.#socket.takeError() as Error | undefined) ?? createTooLateError();
    }
  }

  #receive(): Promise<unknown> {
    const promise = new Promise((resolve, reject: Receiver['reject']) => {
      if (this.#tooLate !== undefined) reject(this.#tooLate);
      else if (this.messages.length > 0) resolve(this.messages.shift());
      else this.#receivers.push({ resolve, reject });
    });
    return withHandler(promise);
  }

  /** Returns whether it was open. */
  #close(): boolean {
    if (this.#tooLate !== undefined) return false;
    this.#tooLate = createTooLateError();
    for (const { reject } of this.#receivers.splice(0)) reject(this.#tooLate);
    return true;
  }
}
