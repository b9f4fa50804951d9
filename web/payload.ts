// Owns the form in which a value goes out: text, binary or JSON, and its exact size on the wire.
// Refuses what JSON cannot express, and to share memory with the caller: binary that may have to wait is copied.
import { copyOf } from './copies.js';

/** What a native socket's `send` takes here. */
export type Payload = string | ArrayBuffer | Uint8Array<ArrayBuffer> | Blob;

export interface Encoded {
  /** Safe to keep: later changes of the caller's value do not reach it. */
  readonly payload: Payload;
  /** What a socket is handed at once: the caller's own memory, unless it is shared, which no socket takes. */
  readonly direct: Payload;
  readonly isBinary: boolean;
}

/** From so many units on the platform's own encoder is faster, memory for the bytes included. */
const LONG = 1000;

/** Size of a text in UTF-8. A lone surrogate counts 3 bytes, as the U+FFFD it is sent as. */
export function utf8Length(text: string): number {
  // Not in jsdom.
  if (text.length > LONG && typeof TextEncoder === 'function') return new TextEncoder().encode(text).length;
  let bytes = text.length;
  for (let index = 0; index < text.length; ++index) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // A pair takes 4 bytes: 2 for its 2 units, 2 just added.
    if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) ++index;
  }
  return bytes;
}

/** Size of a payload on the wire, bytes. */
export function sizeOf(payload: Payload): number {
  if (typeof payload === 'string') return utf8Length(payload);
  return 'byteLength' in payload ? payload.byteLength : payload.size;
}

/** How a value that is no string goes out; null for one that JSON cannot express. */
export function encode(value: unknown): Encoded | null {
  try {
    return binaryOf(value) ?? jsonOf(value);
  } catch {
    // A cycle, a BigInt, a toJSON that throws, a detached buffer.
    return null;
  }
}

/** What the socket is handed of what was kept of a value: of a buffer a buffer, and never the copy itself. */
export function socketFormOf(value: unknown, kept: Payload): Payload {
  if (!ArrayBuffer.isView(kept)) return kept;
  const copy = kept.slice();
  return ArrayBuffer.isView(value) ? copy : copy.buffer;
}

function binaryOf(value: unknown): Encoded | null {
  const view = ArrayBuffer.isView(value) ? value : null;
  // By tag, not by instanceof: the value may come from another frame.
  const tag = Object.prototype.toString.call(view === null ? value : view.buffer);
  const isShared = tag === '[object SharedArrayBuffer]';
  if (isShared || tag === '[object ArrayBuffer]') {
    const payload = copyOf(
      view === null
        ? new Uint8Array(value as ArrayBufferLike)
        : new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
    );
    return { payload, direct: isShared ? payload.slice() : (value as Payload), isBinary: true };
  }
  if (tag === '[object Blob]' || tag === '[object File]') {
    return { payload: value as Blob, direct: value as Blob, isBinary: true };
  }
  return null;
}

function jsonOf(value: unknown): Encoded | null {
  // The declared type leaves out undefined, which functions, symbols and undefined itself give.
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? null : { payload: text, direct: text, isBinary: false };
}
