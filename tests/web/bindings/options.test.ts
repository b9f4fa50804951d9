// Owns the crossing of option values between JavaScript and the core.
import { describe, expect, it } from 'vitest';
import { makeClient } from './support/client.js';

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
  probeAfterSend: 2000,
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

describe('options', () => {
  it('are named, and read with their defaults', () => {
    const { connection } = makeClient();
    const { defaults: described } = connection.describe();
    expect(Object.fromEntries(described)).toEqual({ ...defaults, jitter: 0.5 });
    const read = Object.fromEntries([...described.keys()].map((name) => [name, connection.getOption(name)]));
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
    ['fatalCloseCodes', [1003, '1008'], 'a list of integers from 1000 to 4999'],
    ['fatalCloseCodes', [999], 'a list of integers from 1000 to 4999'],
    ['fatalCloseCodes', new Array(3), 'a list of integers from 1000 to 4999'],
    ['fatalCloseCodes', 1003, 'a list of integers from 1000 to 4999'],
    ['fatalCloseCodes', { length: 0 }, 'a list of integers from 1000 to 4999'],
    ['fatalCloseCodes', new Uint16Array([1003]), 'a list of integers from 1000 to 4999'],
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

  it('are told of when advice changes them', () => {
    const client = makeClient();
    client.takeNames();
    client.connection.slowDown();
    expect(client.takeNames()).toEqual(['optionsChanged', 'turnEnded']);
    expect(client.connection.getOption('reconnectDelay')).toBe(2000);
    client.connection.delete();
  });
});
