// The demo's authentication: maps tokens to users.

const validToken = /^demo(-[a-z0-9]{1,32})?$/i;

/**
 * The user id for a token; null if the token is invalid. `demo` is user 1; each `demo-<name>` is another
 * user.
 */
export function userIdFromToken(token: string | null): number | null {
  if (token === null || !validToken.test(token)) return null;
  const name = token.toLowerCase();
  if (name === 'demo') return 1;
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_000_007;
  return hash + 2;
}
