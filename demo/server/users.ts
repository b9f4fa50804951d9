// Owns the demo's idea of authentication: which token stands for which user.
// Refuses every other token, as a backend with real ones would.

const validToken = /^demo(-[a-z0-9]{1,32})?$/i;

/** The user a token stands for, or null. `demo` is user 1; `demo-anything` is a user of its own. */
export function userOfToken(token: string | null): number | null {
  if (token === null || !validToken.test(token)) return null;
  const name = token.toLowerCase();
  if (name === 'demo') return 1;
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_000_007;
  return hash + 2;
}
