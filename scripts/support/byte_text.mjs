// Owns the form in which the module's bytes stand in JavaScript: printable ASCII, so that no charset a page is served
// with can spoil it, one character for each of the bytes below 90, which are most of a module, two for the others. After
// compression that is a fifth smaller than base64. Refuses to compress: servers do.

// The characters of the bytes 0 to 89, then those that announce a byte of the next 90, and of the rest. Without what
// needs an escape in a string, and without what could end a script element. Brotli takes a character's class (vowel,
// consonant, digit, kind of bracket) as a hint of what follows: this order, found by trying many, gives each class to
// bytes that behave alike, and spares 1 % over the order of ASCII.
const alphabet =
  '-!"#.%&_=*A,mc1{ 2/456789?$:xs@3BCDE>l~+XYLWNOtQRVTUSMJKf[]P(Hzb;d|FghijkG`}npqr)IuvwZy^0eoa';
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
  for (let place = 0; place < ${alphabet.length}; place++) places['${alphabet}'.charCodeAt(place)] = place;
  const bytes = new Uint8Array(${bytes.length});
  let row = 0;
  let count = 0;
  for (let index = 0; index < encoded.length; index++) {
    const place = places[encoded.charCodeAt(index)];
    if (place < ${columns}) {
      bytes[count++] = row + place;
      row = 0;
    } else row = ${columns} * (place - ${columns - 1});
  }
  return bytes;
}
`;
}
