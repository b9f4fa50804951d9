// Option values between JavaScript and the core.
import { describe, expect, it, vi } from 'vitest';
import { core, makeClient } from './support/client.js';
import { watchGrowth } from './support/memory.js';

const LIST_RULE = 'a list of at most 100 integers from 1000 to 4999';

const defaults = {
  maxReconnectAttempts: 10,
  reconnectDelay: 1000,
  maxReconnectDelay: 30_000,
  jitter: 0,
  stableAfter: 5000,
  maxRetryAfter: 300_000,
  connectionTimeout: 10_000,
  pingInterval: 30_000,
  pongTimeout: 10_000,
  confirmAfter: 250,
  probeTimeout: 3000,
  closeGrace: 15_000,
  maxQueueSize: 100,
  maxQueueBytes: 8_388_608,
  maxMessageSize: 65_536,
  fatalCloseCodes: [1003, 1008],
  enableHeartbeat: true,
  enableAutoReconnect: true,
  enableErrorRecovery: true,
  answerPings: true,
};

describe('a list that is too long', () => {
  it('is refused before it is copied, and harms no client', () => {
    const grow = watchGrowth();
    const [one, other] = [makeClient(), makeClient()];
    for (let round = 0; round < 100; round += 1) {
      expect(one.connection.setOption('fatalCloseCodes', Array<number>(40_000).fill(4001))).toBe(LIST_RULE);
    }
    expect(one.connection.getOption('fatalCloseCodes')).toEqual([1003, 1008]);
    expect(other.connection.getOption('fatalCloseCodes')).toEqual([1003, 1008]);
    expect(grow).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    one.connection.delete();
    other.connection.delete();
  });
});

describe('options', () => {
  it('are named, and read with their defaults', () => {
    const { connection } = makeClient();
    const described = core.optionDefaults();
    expect(described).toEqual({ ...defaults, jitter: 0.5 });
    const read = Object.fromEntries(Object.keys(described).map((name) => [name, connection.getOption(name)]));
    expect(read).toEqual(defaults);
    connection.delete();
  });

  it.each([
    ['maxReconnectAttempts', Infinity],
    ['maxReconnectAttempts', 0],
    ['reconnectDelay', 0.5],
    ['jitter', 0.125],
    ['maxQueueBytes', 2 ** 53],
    ['enableHeartbeat', false],
    ['fatalCloseCodes', []],
    ['fatalCloseCodes', [4999, 1000]],
  ])('%s takes %o', (name, value) => {
    const { connection } = makeClient();
    expect(connection.setOption(name, value)).toBe('');
    expect(connection.getOption(name)).toEqual(value);
    connection.delete();
  });

  it.each([
    ['reconnectDelay', -1, 'a finite number >= 0 (milliseconds)'],
    ['reconnectDelay', Infinity, 'a finite number >= 0 (milliseconds)'],
    ['pingInterval', 0, 'a finite number >= 1 (milliseconds)'],
    ['pingInterval', NaN, 'a finite number >= 1 (milliseconds)'],
    ['pingInterval', '5000', 'a finite number >= 1 (milliseconds)'],
    ['pingInterval', true, 'a finite number >= 1 (milliseconds)'],
    ['pingInterval', null, 'a finite number >= 1 (milliseconds)'],
    ['pingInterval', undefined, 'a finite number >= 1 (milliseconds)'],
    ['pingInterval', { valueOf: () => 5000 }, 'a finite number >= 1 (milliseconds)'],
    ['maxQueueSize', 1.5, 'an integer >= 0'],
    ['maxReconnectAttempts', -Infinity, 'an integer >= 0 or Infinity'],
    ['jitter', 1.01, 'a number from 0 to 1'],
    ['enableHeartbeat', 1, 'true or false'],
    ['enableHeartbeat', 'true', 'true or false'],
    ['fatalCloseCodes', [1003, '1008'], LIST_RULE],
    ['fatalCloseCodes', [999], LIST_RULE],
    ['fatalCloseCodes', new Array(3), LIST_RULE],
    ['fatalCloseCodes', 1003, LIST_RULE],
    ['fatalCloseCodes', { length: 0 }, LIST_RULE],
    ['fatalCloseCodes', Array<number>(40_000).fill(4001), LIST_RULE],
    ['fatalCloseCodes', new Uint16Array([1003]), LIST_RULE],
    ['noSuchOption', 1, 'a known option'],
    ['', 1, 'a known option'],
  ])('%s refuses %o and stays as it was', (name, value, rule) => {
    const { connection } = makeClient();
    const before = connection.getOption(name);
    expect(connection.setOption(name, value)).toBe(rule);
    expect(connection.getOption(name)).toEqual(before);
    connection.delete();
  });

  it('have no value under another name', () => {
    const { connection } = makeClient();
    expect(connection.getOption('noSuchOption')).toBeUndefined();
    expect(connection.getOption(7 as unknown as string)).toBeUndefined();
    connection.delete();
  });

  it('belong to one connection', () => {
    const [one, other] = [makeClient(), makeClient()];
    one.connection.setOption('pingInterval', 1);
    expect(other.connection.getOption('pingInterval')).toBe(30_000);
    one.connection.delete();
    other.connection.delete();
  });

  it('are changed by advice', () => {
    const client = makeClient();
    client.connection.slowDown();
    expect(client.connection.getOption('reconnectDelay')).toBe(2000);
    client.connection.delete();
  });
});
