// The identity of a user, which is part of the key of a connection: it only tells users apart. Nothing of it is
// logged.

/** Whose data a connection carries, as the page gives it. */
export type Identity = string | number;

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
  const subject = readSubject(token);
  return subject === undefined ? `token ${hash(token)}` : `sub ${subject}`;
}

/** Whether the token of the identity names its user. */
export function isNamed(identity: string): boolean {
  return identity.startsWith('sub ');
}

function readSubject(token: string): string | number | undefined {
  const [, payload, , ...more] = token.split('.');
  if (payload === undefined || more.length > 0) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const { sub } = Object(claims) as { readonly sub?: unknown };
    return (typeof sub === 'string' && sub !== '') || typeof sub === 'number' ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** 64 bits, enough to tell the tokens of a page apart; not for cryptography. */
export function hash(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let index = 0; index < text.length; ++index) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x85ebca6b) ^ (second >>> 13);
  }
  return `${(first >>> 0).toString(36)}.${(second >>> 0).toString(36)}.${text.length}`;
}
