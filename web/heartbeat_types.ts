// The types of the option `heartbeat`.
import { type Parsed, type Sendable } from './types.js';

/** Pings in the form of another protocol. */
export interface CustomHeartbeat {
  /**
   * The text of a ping, or a function that is called for the text of each: 1 to 65535 bytes. If it throws or returns
   * anything else, that ping is not sent.
   */
  readonly message: string | (() => string);
  /**
   * Returns true if the value, as the `message` event would carry it, answers the oldest unanswered ping. An answer is
   * not delivered as a message. Without this function nothing counts as an answer. Whatever arrives is a sign of life.
   * A server that answers must answer every ping: an answer that is missing can close the connection.
   */
  isReply?(data: Parsed): boolean;
  /**
   * Returns the reply to a ping of the server: at most 65535 bytes, converted as by `send()` and sent at once. That
   * ping is not delivered as a message. Undefined for everything that is no ping.
   */
  answer?(data: Parsed): Sendable;
}

/** No pings: the server has to send something by itself. */
export interface SilenceHeartbeat {
  /** A connection on which nothing has arrived for this time is dead, ms, finite, >= 1. */
  readonly silence: number;
}

/**
 * How the connection is watched while `enableHeartbeat` is true.
 * - `true`: with the texts `{"type":"ping","timestamp":n}` and `{"type":"pong","timestamp":n}`
 * - `false`: not at all
 * - {@link CustomHeartbeat}: with pings of another protocol; texts of the form above are messages then. Its
 *   functions are called whatever `enableHeartbeat` and `answerPings` are
 * - {@link SilenceHeartbeat}: without pings
 */
export type HeartbeatOption = boolean | CustomHeartbeat | SilenceHeartbeat;
