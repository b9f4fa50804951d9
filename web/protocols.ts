// Owns what a list of subprotocols may look like (RFC 6455, 4.1: tokens of RFC 7230, no two alike).
// Refuses to quote a value in an error: a protocol may carry a token.
import { type ProtocolsSource } from './types.js';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export const PROTOCOLS_RULE =
  'a subprotocol name (a token of RFC 7230), a list of different ones, or a function that gives them';

/** The list that a value stands for; null if it breaks the rule. */
export function protocolsOf(value: unknown): readonly string[] | null {
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((entry): entry is string => typeof entry === 'string' && TOKEN.test(entry))) return null;
  return new Set(list).size === list.length ? list : null;
}

export function isProtocolsSource(value: unknown): value is ProtocolsSource | undefined {
  return typeof value === 'function' || protocolsOf(value) !== null;
}
