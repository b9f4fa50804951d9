// Owns the rules of a WebSocket URL as `new WebSocket()` has them (HTML, "WebSockets"; Mixed Content, 4.4), and its form for
// log lines. Refuses to change a URL that is good as it is, and to quote one in an error.
import { urlError } from './errors.js';

/** Hosts that are this machine (Secure Contexts, 3.1). Not every browser trusts them; those that do not refuse them. */
const THIS_MACHINE = /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost\.?)$/;

/** The absolute ws or wss URL that a value stands for. Throws SyntaxError for any other value. */
export function websocketUrlOf(value: unknown): string {
  const text = textOf(value);
  const url = parse(text);
  if (url === null) throw urlError('is not valid');
  // Reading the parts of a URL object takes as long as making it.
  const known = isAbsolute(text);
  if ((known ? text : url.href).includes('#')) throw urlError('must not have a fragment');
  const [, scheme, isSecure] = /^(ws|http)(s?):/i.exec(known ? text : url.protocol) ?? [];
  if (scheme === undefined) throw urlError('must have the scheme ws, wss, http or https');
  if (!isSecure && isSecurePage() && !THIS_MACHINE.test(url.hostname)) {
    throw urlError('must have the scheme wss (or https) on a page loaded over https');
  }
  if (scheme === 'http') return url.href.replace('http', 'ws');
  return isPlain(text) ? text : url.href;
}

/** The URL without credentials, query and fragment: what a log may show of it. */
export function loggableUrl(absolute: string): string {
  const url = new URL(absolute);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  // A URL object, be it one of another frame.
  if (typeof value === 'object' && value !== null && 'href' in value && typeof value.href === 'string') {
    return value.href;
  }
  throw urlError('must be a string, a URL or a function that gives one');
}

/** Whether no base could change what the URL is: bases are http pages. */
function isAbsolute(text: string): boolean {
  return /^wss?:\/\//i.test(text);
}

/** Whether browsers refuse `ws:` here. The origin is also that of frames and Workers without an address of their own. */
function isSecurePage(): boolean {
  return (globalThis as { origin?: string }).origin?.startsWith('https:') === true;
}

/** Whether the text is absolute and may pass through C strings in UTF-8 as it is. */
function isPlain(text: string): boolean {
  return /^\s*wss?:/i.test(text) && !/[\0\p{Surrogate}]/u.test(text);
}

function parse(text: string): URL | null {
  try {
    // Without a page or worker around it there is no base, and only an absolute URL will do.
    // To an absolute one the base says nothing, and takes as long to parse.
    const base = isAbsolute(text)
      ? undefined
      : (globalThis as { location?: { href: string } }).location?.href;
    return new URL(text, base);
  } catch {
    return null;
  }
}
