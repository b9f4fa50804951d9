// The identity of a user, which is part of the key of a connection: it only tells users apart. Nothing of it is
// logged.
import { valueOrUndefined } from './environment.js';

/** Whose data a connection carries, as the page gives it. */
export type Identity = string | number;

/** Whether the value can name something: a user or a session. */
export function isId(value: unknown): value is string | number {
  return typeof value === 'number' || typeof value === 'string';
}

/** `null` without an identity. */
export function fromPage(identity: Identity | null | undefined): string | null {
  return identity === undefined || identity === null ? null : `page ${identity}`;
}

/**
 * The user of a token: the `sub` of a JWT (RFC 7519, 4.1.2), so that a refreshed token is the same user's; of any
 * other token a hash. The signature is not verified. `null` without a token.
 */
export function fromToken(token: string | null | undefined): string | null {
  if (!token) return null;
  const subject = valueOrUndefined(() => readSubject(token));
  return isId(subject) && subject !== '' ? `sub ${subject}` : `token ${hash(token)}`;
}

/** Whether the token of the identity names its user. */
export function isNamed(identity: string): boolean {
  return identity.startsWith('sub ');
}

/** Throws if the token is no JWT. */
function readSubject(token: string): unknown {
  const [, payload = ''] = token.split('.');
  const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
  return (Object(claims) as { readonly sub?: unknown }).sub;
}

/** A polynomial hash of 44 bits, enough to distinguish the tokens of a page; not for cryptography. */
export function hash(text: string): number {
  let value = 0;
  // The modulus is a prime below 2^44: no intermediate value exceeds 2^53, so that each is exact.
  for (const unit of text.split('')) value = (value * 257 + unit.charCodeAt(0)) % 17592186044399;
  return value;
}
