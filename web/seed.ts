// Owns the one number all randomness of a connection follows from.
// Refuses Web Crypto: jitter spreads clients, it guards no secret, and a draw there takes as long as the rest of a client.

/** An integer in [0, 2^53). */
export function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 53);
}
