// HTTP responses of the page server: JSON, files and their headers.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';

/** What the page may load: its own files, WebAssembly, and connections to the demo's server. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self' ws://localhost:* ws://127.0.0.1:*",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
};

const maxBodyLength = 4096;

export function sendJson(response: ServerResponse, code: number, value: unknown): void {
  sendText(response, code, 'application/json', JSON.stringify(value));
}

export async function sendFile(
  response: ServerResponse,
  path: string,
  edit: (text: string) => string,
): Promise<void> {
  const type = contentTypes[extname(path)];
  const text = type === undefined ? null : await readFile(path, 'utf8').catch(() => null);
  if (type === undefined || text === null) sendJson(response, 404, { error: 'no such file' });
  else sendText(response, 200, type, edit(text));
}

/** The JSON object in a request's body; null when it is none or too large. */
export async function readJsonObject(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  // Only JSON: the form of another site cannot send this content type without a CORS preflight.
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) return null;
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > maxBodyLength) return null;
  }
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function sendText(response: ServerResponse, code: number, type: string, body: string): void {
  response.writeHead(code, {
    'content-type': type,
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(body);
}
