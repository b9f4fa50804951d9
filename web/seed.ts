// Owns the one number all randomness of a connection follows from.
// Refuses to need Web Crypto: jitter spreads clients, it guards no secret.

/** An integer in [0, 2^53). */
export function randomSeed(): number {
  const { crypto } = globalThis as { crypto?: Partial<Crypto> };
  if (typeof crypto?.getRandomValues !== 'function') return Math.floor(Math.random() * 2 ** 53);
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high & 0x1fffff) * 2 ** 32 + low;
}
