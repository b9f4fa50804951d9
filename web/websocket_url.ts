// The rules for a WebSocket URL as `new WebSocket()` has them (HTML, "WebSockets"; Mixed Content, 4.4), and the form in
// which a URL may be logged. A good URL is left as it is; no error quotes one.
import { createUrlError } from './errors.js';

/** Hosts that are this machine (Secure Contexts, 3.1). A browser that does not trust them refuses them itself. */
const THIS_MACHINE = /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost\.?)$/;

/** The absolute ws or wss URL for a string or URL object. Throws SyntaxError for any other value. */
export function toWebSocketUrl(value: unknown): string {
  const text = toText(value);
  const url = parse(text);
  if (url === null) throw createUrlError('is not valid');
  // Reading the parts of a URL object takes as long as making it, so the text is looked at where it will do.
  const known = isAbsolute(text);
  if ((known ? text : url.href).includes('#')) throw createUrlError('must not have a fragment');
  const [, scheme, isSecure] = /^(ws|http)(s?):/i.exec(known ? text : url.protocol) ?? [];
  if (scheme === undefined) throw createUrlError('must have the scheme ws, wss, http or https');
  if (!isSecure && isSecurePage() && !THIS_MACHINE.test(url.hostname)) {
    throw createUrlError('must have the scheme wss (or https) on a page loaded over https');
  }
  if (scheme === 'http') return url.href.replace('http', 'ws');
  return isPlain(text) ? text : url.href;
}

/** The URL without credentials, query and fragment. */
export function toLoggableUrl(absolute: string): string {
  const url = new URL(absolute);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  // A URL object, be it one of another frame.
  if (typeof value === 'object' && value !== null && 'href' in value && typeof value.href === 'string') {
    return value.href;
  }
  throw createUrlError('must be a string, a URL or a function that gives one');
}

/** Whether the URL is the same for every base. */
function isAbsolute(text: string): boolean {
  return /^wss?:\/\//i.test(text);
}

/** Whether browsers refuse `ws:` here. Frames and Workers without an address of their own have an origin, too. */
function isSecurePage(): boolean {
  return (globalThis as { origin?: string }).origin?.startsWith('https:') === true;
}

/** Whether the text is absolute and can pass through C strings in UTF-8 as it is. */
function isPlain(text: string): boolean {
  return /^\s*wss?:/i.test(text) && !/[\0\p{Surrogate}]/u.test(text);
}

function parse(text: string): URL | null {
  try {
    // Without a page or worker there is no base, and only an absolute URL is valid. An absolute one is parsed without a
    // base: a base takes as long to parse.
    const base = isAbsolute(text)
      ? undefined
      : (globalThis as { location?: { href: string } }).location?.href;
    return new URL(text, base);
  } catch {
    return null;
  }
}
