// The form in which the module's bytes stand in JavaScript: printable ASCII, so that no charset a page is served with
// can spoil it, one character for each of the bytes below 90, which are most of a module, two for the others. After
// compression that is a fifth smaller than base64. Compressing is the server's task.

// The printable characters, without what needs an escape in a string (\ and ') and what could end a script element (<).
const alphabet = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  .filter((character) => !"\\'<".includes(character))
  .join('');
const columns = 90;

/** The bytes as text. */
export function textOfBytes(bytes) {
  const characters = Array.from({ length: 256 }, (_, byte) => {
    const row = Math.floor(byte / columns);
    return (row > 0 ? alphabet[columns + row - 1] : '') + alphabet[byte % columns];
  });
  return Array.from(bytes, (byte) => characters[byte]).join('');
}

/** Pages of memory that the decoder needs for so many bytes. */
export function pagesFor(bytes) {
  return Math.ceil(textOfBytes(bytes).length / 65536);
}

/**
 * JavaScript that declares `wasmBytes()`, which gives the bytes. `decoder` is wasm_bindings/byte_text.wat, assembled: the
 * same loop in JavaScript takes most of the time of the first client.
 */
export function decoderOf(bytes, decoder) {
  return `
const encoded = '${textOfBytes(bytes)}';
export function wasmBytes() {
  const code = Uint8Array.from(atob('${decoder.toString('base64')}'), (character) => character.charCodeAt(0));
  const { m, d } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  const bytes = new Uint8Array(m.buffer);
  // Not in jsdom.
  if (globalThis.TextEncoder) new TextEncoder().encodeInto(encoded, bytes);
  else for (let index = 0; index < encoded.length; index++) bytes[index] = encoded.charCodeAt(index);
  return bytes.subarray(0, d(encoded.length));
}
`;
}
