// Adding and removing listeners: order, once, and what happens in the middle of an event.
import { expect, test, vi } from 'vitest';
import { EventEmitter } from '../../web/event_emitter.js';

function createEmitter() {
  const thrown = vi.fn();
  const emitter = new EventEmitter<Record<string, unknown[]>>({
    registrations: new Map(),
    reporter: { thrown },
  });
  return { emitter, thrown };
}

test('listeners are called in the order of their registration, with all arguments', () => {
  const { emitter } = createEmitter();
  const calls: unknown[] = [];
  emitter.on('custom', (...args) => calls.push(['first', ...args]));
  emitter.on('custom', (...args) => calls.push(['second', ...args]));
  expect(emitter.emit('custom', 1, 'two', null)).toBe(true);
  expect(calls).toEqual([
    ['first', 1, 'two', null],
    ['second', 1, 'two', null],
  ]);
});

test('emit returns whether there was a listener', () => {
  const { emitter } = createEmitter();
  const listener = vi.fn();
  expect(emitter.emit('custom')).toBe(false);
  emitter.on('custom', listener);
  expect(emitter.emit('custom')).toBe(true);
  emitter.off('custom', listener);
  expect(emitter.emit('custom')).toBe(false);
  expect(listener).toHaveBeenCalledTimes(1);
});

test('once is called once, even when its listener emits the event again', () => {
  const { emitter } = createEmitter();
  const listener = vi.fn(() => emitter.emit('custom'));
  emitter.once('custom', listener);
  emitter.emit('custom');
  emitter.emit('custom');
  expect(listener).toHaveBeenCalledTimes(1);
});

test('off removes a once that has not been called', () => {
  const { emitter } = createEmitter();
  const listener = vi.fn();
  emitter.once('custom', listener).off('custom', listener);
  emitter.emit('custom');
  expect(listener).not.toHaveBeenCalled();
});

test('off of a function that is no listener does nothing', () => {
  const { emitter } = createEmitter();
  const listener = vi.fn();
  emitter.on('custom', listener);
  emitter.off('custom', () => undefined).off('other', listener);
  emitter.emit('custom');
  expect(listener).toHaveBeenCalledTimes(1);
});

test('a listener that is added twice is called once, in its first place, and off removes it', () => {
  const { emitter } = createEmitter();
  const calls: string[] = [];
  const twice = () => calls.push('twice');
  emitter.on('custom', twice);
  emitter.on('custom', () => calls.push('other'));
  emitter.on('custom', twice);
  emitter.emit('custom');
  expect(calls).toEqual(['twice', 'other']);
  emitter.off('custom', twice);
  emitter.emit('custom');
  expect(calls).toEqual(['twice', 'other', 'other']);
});

test('a listener of two events is a listener of both', () => {
  const { emitter } = createEmitter();
  const listener = vi.fn();
  emitter.on('one', listener).on('two', listener).off('one', listener);
  emitter.emit('one');
  emitter.emit('two');
  expect(listener).toHaveBeenCalledTimes(1);
});

test.each<[string, ('on' | 'once')[], number]>([
  ['once and once is called once', ['once', 'once'], 1],
  ['on and then once is called every time', ['on', 'once'], 3],
  ['once and then on is called every time', ['once', 'on'], 3],
  ['once, on and once is called every time', ['once', 'on', 'once'], 3],
])('a listener added by %s', (_name, ways, calls) => {
  const { emitter } = createEmitter();
  const listener = vi.fn();
  for (const add of ways) emitter[add]('custom', listener);
  for (let round = 0; round < 3; ++round) emitter.emit('custom');
  expect(listener).toHaveBeenCalledTimes(calls);
});

test('a once listener may add itself again for the next event', () => {
  const { emitter } = createEmitter();
  const calls: number[] = [];
  const again = () => {
    calls.push(calls.length);
    if (calls.length < 3) emitter.once('custom', again);
  };
  emitter.once('custom', again);
  for (let round = 0; round < 5; ++round) emitter.emit('custom');
  expect(calls).toEqual([0, 1, 2]);
});

test('a listener removed before its turn is not called, one added meanwhile gets the next event', () => {
  const { emitter } = createEmitter();
  const removed = vi.fn();
  const added = vi.fn();
  emitter.once('custom', () => {
    emitter.off('custom', removed);
    emitter.on('custom', added);
  });
  emitter.on('custom', removed);
  emitter.emit('custom');
  expect(removed).not.toHaveBeenCalled();
  expect(added).not.toHaveBeenCalled();
  emitter.emit('custom');
  expect(added).toHaveBeenCalledTimes(1);
});

test('a listener that removes itself leaves the next one its turn', () => {
  const { emitter } = createEmitter();
  const next = vi.fn();
  const self = () => emitter.off('custom', self);
  emitter.on('custom', self).on('custom', next);
  emitter.emit('custom');
  expect(next).toHaveBeenCalledTimes(1);
});

test('an error that a listener throws is reported, and the others are called', () => {
  const { emitter, thrown } = createEmitter();
  const next = vi.fn();
  emitter.on('custom', () => {
    throw new Error('boom');
  });
  emitter.on('custom', next);
  emitter.emit('custom');
  expect(next).toHaveBeenCalledTimes(1);
  expect(thrown.mock.calls).toEqual([['a listener of "custom"', new Error('boom')]]);
});

test.each(['__proto__', 'constructor', 'toString'])('%s is an event name like any other', (name) => {
  const { emitter } = createEmitter();
  expect(emitter.emit(name)).toBe(false);
  const listener = vi.fn();
  emitter.on(name, listener);
  emitter.emit(name, 1);
  expect(listener.mock.calls).toEqual([[1]]);
});

test.each([undefined, null, 5, {}])('%s is no listener, and is ignored', (listener) => {
  const { emitter } = createEmitter();
  for (const method of ['on', 'once', 'off'] as const) {
    expect(emitter[method]('custom', listener as never)).toBe(emitter);
  }
  expect(emitter.emit('custom')).toBe(false);
});
