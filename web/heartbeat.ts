// The option `heartbeat`: its rule, and the pings and replies of a heartbeat in the form of another protocol. The
// user's functions say what is a ping, an answer or a reply; the core decides when to ping and what an answer proves.
import { type CustomHeartbeat, type HeartbeatOption, type SilenceHeartbeat } from './heartbeat_types.js';
import { isThenable, withHandler } from './connection_promises.js';
import { toDirect, utf8Length, wireSize, type Payload } from './payload.js';
import { SendResult, type CurrentSocket } from './socket.js';

const MAX_BYTES = 65535;

export const HEARTBEAT_RULE =
  'true, false, {message: text or function, isReply, answer: functions} or {silence: milliseconds >= 1}';

/** Whether the object inherits no members: of an option a copy is kept, which has none of them. */
export function hasOnlyOwn(value: object): boolean {
  return Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype) === null;
}

export function isHeartbeat(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean';
  if (!hasOnlyOwn(value)) return false;
  const { message, isReply, answer, silence, ...others } = value as Record<string, unknown>;
  const functions = [isReply, answer].filter((each) => each !== undefined);
  if (Object.keys(others).length > 0 || functions.some((each) => typeof each !== 'function')) return false;
  if (silence === undefined) return typeof message === 'function' || isPing(message);
  return (
    message === undefined && functions.length === 0 && Number.isFinite(silence) && (silence as number) >= 1
  );
}

/** The arguments of `CoreClient.setHeartbeat`. */
export function toCoreHeartbeat(heartbeat: HeartbeatOption): [mode: number, silence: number] {
  if (typeof heartbeat === 'boolean') return [heartbeat ? 0 : 3, 0];
  return toCustom(heartbeat) ? [1, 0] : [2, (heartbeat as SilenceHeartbeat).silence];
}

export function toCustom(heartbeat: HeartbeatOption): CustomHeartbeat | undefined {
  const { message } = heartbeat as Partial<CustomHeartbeat>;
  return message === undefined ? undefined : (heartbeat as CustomHeartbeat);
}

function isPing(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && utf8Length(text) <= MAX_BYTES;
}

function createSizeError(): Error {
  return new RangeError('no message of at most 65535 bytes');
}

/** Pings and replies on their way through the core, which decides when each is sent. */
export class CustomFrames {
  readonly #socket: CurrentSocket;
  // In the order in which they are sent.
  readonly #pings: string[] = [];
  // By their keys.
  readonly #replies = new Map<number, Payload>();
  #lastKey = 0;

  constructor(socket: CurrentSocket) {
    this.#socket = socket;
  }

  /** Keeps the next ping; returns its size in bytes, 0 without one. */
  makePing(): number {
    const { events, presentation } = this.#socket;
    const message = toCustom(presentation.heartbeat)?.message;
    const bytes = this.#ask(
      'message',
      () => (typeof message === 'function' ? events.runCallback(() => message()) : message),
      (text) => {
        if (!isPing(text)) throw createSizeError();
        this.#pings.push(text);
        return utf8Length(text);
      },
    );
    return bytes ?? 0;
  }

  /** Sends the reply of that key, or for 0 the oldest ping; returns a number of CoreSendResults. */
  send(attempt: number, key: number): number {
    const frame = key === 0 ? this.#pings.shift() : this.#replies.get(key);
    this.#replies.delete(key);
    if (frame === undefined || this.#socket.attempt !== attempt) return SendResult.refused;
    const result = this.#socket.events.runCallback(() => this.#socket.send(frame));
    // An error that the socket threw is not the cause of the next `error` event.
    this.#socket.takeError();
    return result;
  }

  /** Whether the frame with this value belongs to the heartbeat and is no message. If so, reports it to the core. */
  receive(heartbeat: CustomHeartbeat, attempt: number, value: unknown): boolean {
    const { clientId, core } = this.#socket;
    const { module } = core;
    const isReply = this.#ask(
      'isReply',
      () => heartbeat.isReply?.(value),
      (result) => result === true,
    );
    if (isReply === true) {
      module._rwsCustomReceived(clientId, attempt, 0, 0);
      return true;
    }
    // The functions may end the attempt.
    if (attempt !== this.#socket.attempt) return false;
    const reply = this.#ask(
      'answer',
      () => heartbeat.answer?.(value),
      (result) => this.#toReply(result),
    );
    if (reply === undefined || attempt !== this.#socket.attempt) return false;
    this.#replies.set(++this.#lastKey, reply);
    module._rwsCustomReceived(clientId, attempt, this.#lastKey, wireSize(reply));
    return true;
  }

  /** The attempt is over: its replies that are not sent will not be sent. */
  leave(): void {
    this.#replies.clear();
  }

  /** Calls a function of the user. If it throws, or returns a promise or an invalid value, logs that and returns undefined. */
  #ask<Result>(name: string, call: () => unknown, convert: (value: unknown) => Result): Result | undefined {
    try {
      const value = call();
      if (!isThenable(value)) return convert(value);
      void withHandler(Promise.all([value]));
      throw new TypeError('it must not return a promise');
    } catch (error) {
      this.#socket.logger.thrown(`heartbeat.${name}`, error);
      return undefined;
    }
  }

  #toReply(value: unknown): Payload | undefined {
    // null and false: a condition that did not hold.
    if (value === undefined || value === null || value === false) return undefined;
    const reply = toDirect(value, this.#socket.presentation.serialize);
    if (reply === undefined || wireSize(reply) > MAX_BYTES) throw createSizeError();
    return reply;
  }
}
