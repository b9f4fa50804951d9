// Owns the memory of binary payloads that may have to wait: nothing else can change it.
// Refuses to hoard: what is given back beyond a limit is left to the engine.

// A megabyte of new memory takes a browser ten times as long as copying into memory that was used before.
const MOST_SPARE_BYTES = 2 ** 24;
const LEAST_BYTES = 64;

// Memory to be used again, by the binary logarithm of its size.
const spare: ArrayBuffer[][] = [];
let spareBytes = 0;

/** Memory is taken in powers of two. */
function logarithmOf(bytes: number): number {
  return 32 - Math.clz32(Math.max(bytes, LEAST_BYTES) - 1);
}

export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.length > MOST_SPARE_BYTES) return new Uint8Array(bytes);
  const logarithm = logarithmOf(bytes.length);
  let memory = spare[logarithm]?.pop();
  if (memory === undefined) memory = new ArrayBuffer(2 ** logarithm);
  else spareBytes -= memory.byteLength;
  const copy = new Uint8Array(memory, 0, bytes.length);
  copy.set(bytes);
  return copy;
}

/** Takes back what `copyOf` gave, for other copies: nobody else may hold it. */
export function giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
  const { byteLength } = buffer;
  if (spareBytes + byteLength > MOST_SPARE_BYTES) return;
  spareBytes += byteLength;
  (spare[logarithmOf(byteLength)] ??= []).push(buffer);
}
