// The store of kept messages does what a Map of them does, in whatever order messages are forgotten.
import { describe, expect, test } from 'vitest';
import { Converted, KeptMessages } from '../../web/kept_messages.js';

type Message = string | Converted;

/** A store beside a Map, which is given the same calls. */
class Pair {
  readonly store = new KeptMessages();
  readonly model = new Map<number, Message>();
  #newest = 0;

  add(skipped = 0): void {
    this.#newest += skipped + 1;
    const text = `message ${this.#newest}`;
    const message = this.#newest % 3 === 0 ? new Converted(text, { id: this.#newest }) : text;
    this.store.add(this.#newest, message);
    this.model.set(this.#newest, message);
  }

  delete(id: number): void {
    this.store.delete(id);
    this.model.delete(id);
  }

  compare(): void {
    expect(this.store.getIds()).toEqual([...this.model.keys()]);
    for (let id = -1; id <= this.#newest + 2; ++id) expect(this.store.get(id)).toBe(this.model.get(id));
  }
}

function createPair(count: number): Pair {
  const pair = new Pair();
  for (let added = 0; added < count; ++added) pair.add();
  return pair;
}

test('a new store is empty, and forgets nothing', () => {
  const pair = new Pair();
  pair.delete(1);
  pair.compare();
});

describe.each([1, 2, 3, 10])('of %d messages', (count) => {
  const ids = Array.from({ length: count }, (_, index) => index + 1);

  test.each([
    ['the oldest first', ids],
    ['the newest first', [...ids].reverse()],
    ['every second first', [...ids.filter((id) => id % 2 === 0), ...ids.filter((id) => id % 2 === 1)]],
    ['each twice', ids.flatMap((id) => [id, id])],
  ])('forgets %s', (_, order) => {
    const pair = createPair(count);
    for (const id of order) {
      pair.delete(id);
      pair.compare();
    }
    pair.add();
    pair.compare();
  });
});

test('ids of messages that are gone are unknown, however far away', () => {
  const pair = createPair(5);
  for (const id of [1, 2, 3, -7, 0, 6, 1e9, 2 ** 53, NaN, 1.5]) pair.delete(id);
  pair.compare();
  expect(pair.store.get(NaN)).toBeUndefined();
});

test('a long gap before the next message, with one old message kept', () => {
  const pair = createPair(1);
  pair.add(100_000);
  expect(pair.store.getIds()).toEqual([1, 100_002]);
  pair.delete(1);
  pair.add();
  expect(pair.store.getIds()).toEqual([100_002, 100_003]);
});

// A message waits in the queue, while volatile ones are discarded. The time grows with their number, not with its square.
test('many messages that come and go while an old one is kept', () => {
  const store = new KeptMessages();
  store.add(1, 'old');
  for (let id = 2; id <= 100_000; ++id) {
    store.add(id, 'new');
    store.delete(id);
  }
  expect(store.getIds()).toEqual([1]);
}, 5000);

test.each([1, 2, 3, 4, 5])('any order of additions and removals, seed %d', (seed) => {
  let state = seed;
  const draw = (limit: number): number => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  const pair = new Pair();
  for (let step = 0; step < 150; ++step) {
    const ids = [...pair.model.keys()];
    const kind = draw(10);
    if (kind < 4 || ids.length === 0) pair.add(draw(8) === 0 ? draw(5) : 0);
    else if (kind < 7) pair.delete(ids[0] ?? 0);
    else if (kind < 8) pair.delete(ids[ids.length - 1] ?? 0);
    else pair.delete(ids[draw(ids.length)] ?? 0);
    pair.compare();
  }
});
