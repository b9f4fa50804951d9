// The rules for a WebSocket URL as `new WebSocket()` has them (HTML, "WebSockets"), and the form in which a URL may be
// logged. A good URL is left as it is; no error quotes one. Whether `ws:` is allowed on a page loaded over https is the
// browser's decision: users and policies can allow it.
import { UrlError } from './errors.js';
import { platform } from './platform.js';

/** The absolute ws or wss URL for a text. Throws UrlError for one that is no URL of a WebSocket. */
export function toWebSocketUrl(text: string): string {
  const href = toHref(text);
  if (href.includes('#')) throw new UrlError('must not have a fragment');
  const [, scheme] = /^(ws|http)s?:/i.exec(href) ?? [];
  if (scheme === undefined) throw new UrlError('must have the scheme ws, wss, http or https');
  return scheme === 'http' ? href.replace('http', 'ws') : href;
}

/** The text of a string or URL object. Throws UrlError for any other value. */
export function toUrlText(value: unknown): string {
  // A URL object may be one of another frame. Its `href` is read once, because it may be a getter of the user.
  const text = typeof value === 'object' && value !== null && 'href' in value ? value.href : value;
  if (typeof text !== 'string') throw new UrlError('must be a string, a URL or a function that gives one');
  return text;
}

/** The URL without credentials, query and fragment. */
export function toLoggableUrl(url: string): string {
  return withoutCredentials(url).replace(/[?#].*/s, '');
}

/** A platform's message, which may quote a URL: without credentials, query and fragment. */
export function toLoggableMessage(message: string): string {
  return withoutCredentials(message).replace(/[?#].*(?=['"])|[?#].*/s, '');
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//');
}

function toHref(text: string): string {
  // The same for every base: it is parsed without one, because a base takes as long to parse.
  const isAbsolute = /^wss?:\/\//i.test(text);
  const { URL, document, location } = platform;
  // A page may have put something else in the place of URL. The browser checks the text as well.
  if (isAbsolute && typeof URL !== 'function') return text;
  try {
    // The frame of a `srcdoc` has its parent's base, and an element may be named baseURI. Without a page or worker there
    // is no base, and only an absolute URL is valid.
    const base = [document?.baseURI, location?.href].find((href) => typeof href === 'string');
    const url = new URL(text, isAbsolute ? undefined : base);
    // The text passes through C strings in UTF-8. Reading the parts of a URL object takes as long as making it.
    return isAbsolute && !/[\0\p{Surrogate}]/u.test(text) ? text : url.href;
  } catch {
    throw new UrlError('is not valid');
  }
}
