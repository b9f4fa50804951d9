// What `send()` takes, as a platform's WebSocket does: text and binary as they are, anything else as its text.

/** What `send()` takes. */
export type Message = string | ArrayBufferLike | ArrayBufferView | Blob;

export function toMessage(data: unknown): Message {
  if (typeof data === 'string' || ArrayBuffer.isView(data)) return data;
  // By tag, not by instanceof: the value may come from another frame.
  const tag = Object.prototype.toString.call(data).slice(8, -1);
  return /^((Shared)?ArrayBuffer|Blob|File)$/.test(tag) ? (data as Message) : String(data);
}

/** The size on the wire, bytes. */
export function sizeOf(message: Message): number {
  if (typeof message === 'string') return utf8Length(message);
  return 'byteLength' in message ? message.byteLength : message.size;
}

/** The size in UTF-8. */
function utf8Length(text: string): number {
  // The jsdom of Jest has no TextEncoder.
  return typeof TextEncoder === 'function' ? new TextEncoder().encode(text).length : new Blob([text]).size;
}

/**
 * The arguments of a close as they go to the socket. Throws what a platform's WebSocket throws: InvalidAccessError for a code
 * other than 1000 and 3000 to 4999, SyntaxError for a reason of more than 123 bytes.
 */
export function toClose(code?: unknown, reason: unknown = ''): [code: number, reason: string] {
  // Web IDL: [Clamp] unsigned short.
  const number = code === undefined ? 1000 : Math.min(Math.max(Math.round(Number(code)), 0), 65_535);
  if (number !== 1000 && !(number >= 3000 && number <= 4999)) {
    throw new DOMException('The close code must be 1000 or 3000 to 4999', 'InvalidAccessError');
  }
  const text = String(reason);
  if (sizeOf(text) > 123) {
    throw new DOMException('The close reason must have at most 123 bytes', 'SyntaxError');
  }
  return [number, text];
}
