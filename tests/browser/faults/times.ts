// Times that several faults share, computed from the client's default options.
import { shortOrLong } from '../support/run_length.js';

/** Interval of messages in experiments with traffic, ms. */
export const messageInterval = 100;

/** Tolerance for "at once" on a machine with two cores that is also busy otherwise, ms. */
export const tolerance = 1500;

/**
 * In `npm test` other stages and other browsers run at the same time, on a machine of unknown speed: then the limits only tell
 * a rule from the next slower one. The long run has the machine to itself and keeps to the limits as they are documented, ms.
 */
export const busyMachineTime = shortOrLong(4000, 0);

/** Longest first retry delay, ms: reconnectDelay. */
export const firstDelay = 1000;

/** Longest delay before this retry, ms; the jitter only shortens it. */
export function maxDelay(retry: number): number {
  return Math.min(30_000, firstDelay * 2 ** (retry - 1));
}

/**
 * A dead link with traffic: a ping follows the messages within a second, then probeTimeout; a second more where the socket's
 * buffer was still draining, ms.
 */
export const inUseTime = 1000 + 3000 + 1000;

/** Documented: time in which a half-open link with traffic is noticed and replaced, ms. */
export const halfOpenRecovery = 8000;

/** Documented: time from a true `online` event to a new connection, whatever the state was before, ms. */
export const onlineRecovery = 2000;

/** A probe that was sent at once: probeTimeout, ms. */
export const probeTime = 3000;

/** The next ping and its timeout: pingInterval + pongTimeout, ms. */
export const heartbeatTime = 30_000 + 10_000;

/**
 * A timeout that fires more than 50 ms late is not trusted: the client waits once more. Only a busy machine
 * needs it, ms.
 */
export const secondChance = 500;
