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

/** JavaScript that declares `wasmBytes()`, which gives the bytes. */
export function decoderOf(bytes) {
  return `
const encoded = '${textOfBytes(bytes)}';
export function wasmBytes() {
  const places = new Uint8Array(128);
  for (let code = 32, place = 0; code < 127; code++) if (!"\\\\'<".includes(String.fromCharCode(code))) places[code] = place++;
  const bytes = new Uint8Array(${bytes.length});
  let row = 0;
  for (let from = 0, to = 0; to < bytes.length; from++) {
    const place = places[encoded.charCodeAt(from)];
    if (place < ${columns}) {
      bytes[to++] = row + place;
      row = 0;
    } else row = (place - ${columns - 1}) * ${columns};
  }
  return bytes;
}
`;
}
