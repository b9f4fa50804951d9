// Owns the range of the seed and where it comes from.
import { afterEach, expect, test, vi } from 'vitest';
import { randomSeed } from '../../web/seed.js';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  [0, 0],
  [0.5, 2 ** 52],
  [1 - 2 ** -53, 2 ** 53 - 1],
])('of %d in [0, 1) it makes %d, so that it spans 53 bits', (drawn, seed) => {
  vi.spyOn(Math, 'random').mockReturnValue(drawn);
  expect(randomSeed()).toBe(seed);
});

test('two seeds differ', () => {
  expect(randomSeed()).not.toBe(randomSeed());
});
