// Owns the form in which the module's bytes stand in JavaScript: printable ASCII, so that no charset a page is served
// with can spoil it, one character for each of the most frequent bytes, two for the others. After compression that is a
// fifth smaller than base64. Refuses to compress: servers do.

// What needs no escape in any kind of string, and cannot end a script element or begin a substitution.
const alphabet = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  .filter((character) => !'\'"\\`<$'.includes(character))
  .join('');
/** The last characters announce a byte of the second or third row of the table. */
const rows = 3;
const columns = alphabet.length - (rows - 1);

/** The bytes as text, and the table that its characters stand for, most frequent bytes first. */
export function textOfBytes(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte] += 1;
  const table = [...counts.keys()].sort((left, right) => counts[right] - counts[left] || left - right);
  const characters = [];
  table.forEach((byte, rank) => {
    const row = Math.floor(rank / columns);
    characters[byte] = (row > 0 ? alphabet[columns + row - 1] : '') + alphabet[rank % columns];
  });
  return { text: Array.from(bytes, (byte) => characters[byte]).join(''), table };
}

/** JavaScript that declares `wasmBytes()`, which gives the bytes. */
export function decoderOf(bytes) {
  const { text, table } = textOfBytes(bytes);
  return `
const encoded = '${text}';
export function wasmBytes() {
  const table = atob('${Buffer.from(table).toString('base64')}');
  const alphabet = '${alphabet}';
  const places = new Uint8Array(128);
  for (let place = 0; place < alphabet.length; place += 1) places[alphabet.charCodeAt(place)] = place;
  const bytes = new Uint8Array(${bytes.length});
  let row = 0;
  let count = 0;
  for (let index = 0; index < encoded.length; index += 1) {
    const place = places[encoded.charCodeAt(index)];
    if (place < ${columns}) {
      bytes[count] = table.charCodeAt(row + place);
      count += 1;
      row = 0;
    } else row = ${columns} * (place - ${columns - 1});
  }
  return bytes;
}
`;
}
