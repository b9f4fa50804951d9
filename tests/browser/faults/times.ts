// Owns the times that the faults have in common, from the client's documented defaults.

/** A message every so many ms, as long as a page is in use. */
export const inUse = 100;

/** What counts as at once on a machine of two cores that does other things too, ms. */
export const soon = 1500;

/** The first wait, at most: reconnectDelay. */
export const firstWait = 1000;

/** The wait before that retry, at most: the jitter only shortens it. */
export function waitsUpTo(retry: number): number {
  return Math.min(30_000, firstWait * 2 ** (retry - 1));
}

/** Silence after a send, then a probe: probeAfterSend + probeTimeout. */
export const probedAfterSend = 2000 + 3000;

/** Promised for a half-open link in use: noticed, and a new connection, ms. */
export const newConnection = 8000;

/** Promised after a true `online`: a new connection, whatever the old one was at, ms. */
export const onlineAgain = 2000;

/** A probe alone: probeTimeout. */
export const probed = 3000;

/** The next heartbeat and its time-out: pingInterval + pongTimeout. */
export const heartbeat = 30_000 + 10_000;

/** A verdict more than 50 ms late is not trusted: the peer is asked once more. Only a machine under load needs it. */
export const secondChance = 500;
