// A small random generator with a seed, so that a random fault sequence can be repeated.

/** Numbers in [0, 1): a linear congruential generator, of which only the upper, better bits are used. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
