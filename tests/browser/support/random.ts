// Owns the randomness of trials: a small generator, so that a seed tells the whole course of one.

/** Numbers in [0, 1): a linear congruential generator, of which only the upper, better bits are used. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
