// Owns the form in which the module's bytes stand in JavaScript: printable ASCII, so that no charset a page is served
// with can spoil it, one character for each of the bytes below 90, which are most of a module, two for the others. After
// compression that is a fifth smaller than base64. Refuses to compress: servers do.

// The characters of the bytes 0 to 89, then those that announce a byte of the next 90, and of the rest. Without what
// needs an escape in a string, and without what could end a script element. Brotli takes a character's class (vowel,
// consonant, digit, kind of bracket) as a hint of what follows: this order, found by trying many, gives each class to
// bytes that behave alike, and spares 1 % over the order of ASCII.
const alphabet =
  '-0?`.@*_|&#,c%1{ 2/95674IA$:"hw~BCDE>l8+XYQWN(tLRVTUSKJMf[]kmZb);d=FPOspgG}xnjqr!3uHivy^zeoa';
const columns = 90;

/** The bytes as text. */
export function textOfBytes(bytes) {
  const characters = Array.from({ length: 256 }, (_, byte) => {
    const row = Math.floor(byte / columns);
    return (row > 0 ? alphabet[columns + row - 1] : '') + alphabet[byte % columns];
  });
  return Array.from(bytes, (byte) => characters[byte]).join('');
}

/** Pages of memory that `decoder` needs for so many bytes: its table, the alphabet and the text. */
export function pagesFor(bytes) {
  return Math.ceil((128 + alphabet.length + textOfBytes(bytes).length) / 65536);
}

/**
 * JavaScript that declares `wasmBytes()`, which gives the bytes. `decoder` is wasm_bindings/byte_text.wat: compiling it
 * and running it takes a tenth of the time of a loop in JavaScript that is not optimised yet.
 */
export function decoderOf(bytes, decoder) {
  return `
const encoded = '${alphabet}${textOfBytes(bytes)}';
export function wasmBytes() {
  const code = Uint8Array.from(atob('${decoder.toString('base64')}'), (character) => character.charCodeAt(0));
  const { m, d } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  const bytes = new Uint8Array(m.buffer, 128);
  // Not in jsdom.
  if (globalThis.TextEncoder) new TextEncoder().encodeInto(encoded, bytes);
  else for (let index = 0; index < encoded.length; index++) bytes[index] = encoded.charCodeAt(index);
  return bytes.subarray(0, d(encoded.length + 128) - 128);
}
`;
}
