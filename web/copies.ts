// Owns the memory of binary payloads that may have to wait: nothing else can change it.
// Refuses to take any of it back: what no payload lies in any more, the engine collects.

// To allocate memory takes far longer than to copy a small payload into it, so those share blocks. A block lives as long
// as anything in it, hence no large ones.
const BLOCK_BYTES = 32_768;
const SHARING_BYTES = 4096;

let block = new Uint8Array(0);
let used = 0;

export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  if (length > SHARING_BYTES) return new Uint8Array(bytes);
  if (used + length > block.length) {
    block = new Uint8Array(BLOCK_BYTES);
    used = 0;
  }
  const copy = block.subarray(used, used + length);
  copy.set(bytes);
  used += length;
  return copy;
}
