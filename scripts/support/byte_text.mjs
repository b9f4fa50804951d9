// The form in which the module's bytes stand in JavaScript: printable ASCII, so that no charset a page is served with
// can spoil it. Most printable characters stand for themselves, so that a name which the module and the JavaScript share
// is the same text in both: after compression that is 0.5 KB smaller than an encoding by numbers alone. Base64 is 7 KB
// larger. Compressing is the server's task.

/**
 * What characters stand for: on their own (from place 0 on), behind a `}` (from 128 on), behind a `~` (from 256 on). It
 * is a part of the bundle, too.
 */
function byteTable() {
  // A module has few of these characters. They stand for the bytes from 0 on, of which it has many.
  const rare = '[5,43N21{;Y=X.Q/%';
  const table = [];
  const left = new Set(Array(256).keys());
  for (const row of [0, 128, 256]) {
    for (let code = 32; code < 125 && left.size > 0; code++) {
      const character = String.fromCharCode(code);
      // These need an escape in a string, or could end a script element.
      if ("'\\<".includes(character)) continue;
      const place = rare.indexOf(character);
      const [least] = left;
      const byte = row > 0 ? least : place < 0 ? code : place;
      table[row + code] = byte;
      left.delete(byte);
    }
  }
  return table;
}

/** The bytes as text. */
export function textOfBytes(bytes) {
  const characters = [];
  byteTable().forEach((byte, place) => {
    characters[byte] = ['', '}', '~'][place >> 7] + String.fromCharCode(place & 127);
  });
  return Array.from(bytes, (byte) => characters[byte]).join('');
}

/** Pages of memory that the decoder needs for so many bytes: the table, and the text behind it. */
export function pagesFor(bytes) {
  return Math.ceil((384 + textOfBytes(bytes).length) / 65536);
}

/**
 * JavaScript that declares `wasmBytes()`, which gives the bytes. `decoder` is wasm_bindings/byte_text.wat, assembled: the
 * same loop in JavaScript takes most of the time of the first client.
 */
export function decoderOf(bytes, decoder) {
  return `
const encoded = '${textOfBytes(bytes)}';
${byteTable}
export function wasmBytes() {
  const code = new Uint8Array([${decoder.join()}]);
  const { m, d } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  const memory = new Uint8Array(m.buffer);
  memory.set(byteTable());
  const bytes = memory.subarray(384);
  // Not in jsdom.
  if (globalThis.TextEncoder) new TextEncoder().encodeInto(encoded, bytes);
  else for (let index = 0; index < encoded.length; index++) bytes[index] = encoded.charCodeAt(index);
  return bytes.subarray(0, d(384 + encoded.length) - 384);
}
`;
}
