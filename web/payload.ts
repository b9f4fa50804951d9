// The form in which a value is sent (text, binary or JSON), its size on the wire, and copies of binary values that may
// have to wait: a later change of the value does not change its copy.

/** What a native socket's `send` takes here. */
export type Payload = string | ArrayBuffer | Uint8Array<ArrayBuffer> | Blob;

export interface Encoded {
  /** Safe to keep: later changes of the caller's value do not reach it. */
  readonly kept: Payload;
  /** What a socket is given at once: the caller's own memory, unless it is shared, which no socket takes. */
  readonly direct: Payload;
}

/** The size of a text in UTF-8, bytes. A lone surrogate counts 3, as the U+FFFD it is sent as. */
export function utf8Length(text: string): number {
  const { length } = text;
  // ASCII only. This test is several times faster than the loop, and than TextEncoder, which needs memory for the bytes.
  if (/^[\0-\x7f]*$/.test(text)) return length;
  let bytes = length;
  for (let index = 0; index < length; ++index) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // A pair takes 4 bytes: 2 for its 2 units, 2 just added.
    if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) ++index;
  }
  return bytes;
}

/** The size of a payload on the wire, bytes. */
export function wireSize(payload: Payload): number {
  if (typeof payload === 'string') return utf8Length(payload);
  return 'byteLength' in payload ? payload.byteLength : payload.size;
}

/** The form of a value; null for one that JSON cannot express, or that `serialize` refuses. */
export function encode(value: unknown, serialize?: (value: unknown) => unknown): Encoded | null {
  try {
    if (serialize === undefined) return toBinary(value) ?? toText(JSON.stringify(value));
    const serialized = serialize(value);
    return typeof serialized === 'string' ? toText(serialized) : encode(serialized);
  } catch {
    // A cycle, a BigInt, a toJSON that throws, a detached buffer.
    return null;
  }
}

/** What a socket is given for a value that is sent at once and not kept; undefined for a value that cannot be sent. */
export function toDirect(value: unknown, serialize?: (value: unknown) => unknown): Payload | undefined {
  return typeof value === 'string' && serialize === undefined ? value : encode(value, serialize)?.direct;
}

/** What the socket is given of a payload that was kept for `value`: for a buffer a buffer, and never the copy itself. */
export function toSocketForm(value: unknown, kept: Payload): Payload {
  if (!ArrayBuffer.isView(kept)) return kept;
  const copy = kept.slice();
  return ArrayBuffer.isView(value) ? copy : copy.buffer;
}

/** Frees the memory of a payload that is not kept any longer. */
export function release(kept: Payload | undefined): void {
  if (kept instanceof Uint8Array) giveBack(kept);
}

function toBinary(value: unknown): Encoded | null {
  const view = ArrayBuffer.isView(value) ? value : null;
  // By tag, not by instanceof: the value may come from another frame.
  const tag = Object.prototype.toString.call(view === null ? value : view.buffer);
  const isShared = tag === '[object SharedArrayBuffer]';
  if (isShared || tag === '[object ArrayBuffer]') {
    const kept = copyBytes(
      view === null
        ? new Uint8Array(value as ArrayBufferLike)
        : new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
    );
    return { kept, direct: isShared ? kept.slice() : (value as Payload) };
  }
  if (tag !== '[object Blob]' && tag !== '[object File]') return null;
  // An object that only names itself so may have no size, or throw.
  const blob = value as Blob;
  return typeof blob.size === 'number' ? { kept: blob, direct: blob } : null;
}

// JSON has no text for undefined, functions and symbols.
function toText(text: string | undefined): Encoded | null {
  return text === undefined ? null : { kept: text, direct: text };
}

// --- memory for copies

// A megabyte of new memory takes a browser ten times as long as copying into memory that was used before, so memory is
// used again, up to this much for all clients.
const MAX_SPARE_BYTES = 2 ** 24;
const MIN_BLOCK_BYTES = 64;

// Memory to be used again, by the binary logarithm of its size: blocks are powers of two.
const spare: ArrayBuffer[][] = [];
let spareBytes = 0;

function toLogarithm(bytes: number): number {
  return 32 - Math.clz32(Math.max(bytes, MIN_BLOCK_BYTES) - 1);
}

function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.length > MAX_SPARE_BYTES) return new Uint8Array(bytes);
  const logarithm = toLogarithm(bytes.length);
  let block = spare[logarithm]?.pop();
  if (block === undefined) block = new ArrayBuffer(2 ** logarithm);
  else spareBytes -= block.byteLength;
  const copy = new Uint8Array(block, 0, bytes.length);
  copy.set(bytes);
  return copy;
}

/** Takes back what `copyBytes` gave, which must not be used any more. */
function giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
  const { byteLength } = buffer;
  if (spareBytes + byteLength > MAX_SPARE_BYTES) return;
  spareBytes += byteLength;
  (spare[toLogarithm(byteLength)] ??= []).push(buffer);
}
