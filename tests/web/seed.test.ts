// Owns the range of the seed and where it comes from.
import { afterEach, expect, test, vi } from 'vitest';
import { randomSeed } from '../../web/seed.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('with Web Crypto the seed spans 53 bits', () => {
  const fill = (high: number, low: number) => ({
    getRandomValues: (words: Uint32Array) => {
      words.set([high, low]);
      return words;
    },
  });
  vi.stubGlobal('crypto', fill(0xffffffff, 0xffffffff));
  expect(randomSeed()).toBe(2 ** 53 - 1);
  vi.stubGlobal('crypto', fill(1, 5));
  expect(randomSeed()).toBe(2 ** 32 + 5);
  vi.stubGlobal('crypto', fill(0, 0));
  expect(randomSeed()).toBe(0);
});

test.each([undefined, {}])('without Web Crypto (%s) it is drawn otherwise', (crypto) => {
  vi.stubGlobal('crypto', crypto);
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  expect(randomSeed()).toBe(2 ** 52);
});

test('two seeds differ', () => {
  expect(randomSeed()).not.toBe(randomSeed());
});
