// The sizes of texts, compared with the platform's own encoder, and the forms of values.
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { encode, toSocketForm, utf8Length, wireSize, type Encoded } from '../../web/payload.js';

/** Whether a value is sent as binary, and in how many bytes. */
function formOf(value: unknown): { readonly bytes: number; readonly isBinary: boolean } | null {
  const encoded = encode(value);
  return encoded && { bytes: wireSize(encoded.kept), isBinary: typeof encoded.kept !== 'string' };
}

test('the length of a text in UTF-8 is the one of TextEncoder, for all kinds of units next to each other', () => {
  const units = [
    'a',
    '\0',
    '\x7f',
    '\x80',
    '\u07ff',
    '\u0800',
    '\uffff',
    '\ud800',
    '\udbff',
    '\udc00',
    '\udfff',
  ];
  const encoder = new TextEncoder();
  for (const first of units) {
    for (const second of units) {
      for (const third of units) {
        const text = first + second + third;
        expect(utf8Length(text)).toBe(encoder.encode(text).length);
      }
    }
  }
});

test('binary of another realm is binary', () => {
  const buffer = runInNewContext('new Uint8Array([1, 2, 3]).buffer') as ArrayBuffer;
  const view = runInNewContext('new Uint8Array([1, 2, 3]).subarray(1)') as Uint8Array;
  expect(formOf(buffer)).toEqual({ bytes: 3, isBinary: true });
  expect(formOf(view)).toEqual({ bytes: 2, isBinary: true });
});

test('shared memory is copied into memory of its own', () => {
  const shared = new SharedArrayBuffer(4);
  new Uint8Array(shared).set([1, 2, 3, 4]);
  const whole = encode(shared);
  const part = encode(new Uint8Array(shared, 1, 2));
  new Uint8Array(shared).fill(0);
  for (const { kept, direct } of [whole, part] as Encoded[]) {
    expect((kept as Uint8Array).buffer).toBeInstanceOf(ArrayBuffer);
    expect(direct, 'no socket takes shared memory').toEqual(kept);
  }
  expect([...(whole?.kept as Uint8Array)]).toEqual([1, 2, 3, 4]);
  expect([...(part?.kept as Uint8Array)]).toEqual([2, 3]);
});

test('copies are independent of each other, whatever their size', () => {
  const sizes = [0, 1, 4096, 4097, 40_000, 3000, 4096, 4096, 4096, 4096, 4096, 4096, 4096, 4096, 7];
  const values = sizes.map((size, index) => new Uint8Array(size).fill(index + 1));
  const kept = values.map((value) => encode(value)?.kept as Uint8Array);
  for (const value of values) value.fill(0);
  kept.forEach((copy, index) => {
    expect(copy.length).toBe(sizes[index]);
    expect(copy.every((byte) => byte === index + 1)).toBe(true);
  });
});

test('a socket is given the memory of the caller at once, and a buffer for the kept copy of a buffer', () => {
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  const view = new Uint8Array(buffer, 1);
  for (const value of [buffer, view]) expect(encode(value)?.direct).toBe(value);
  const kept = encode(buffer)?.kept as Uint8Array<ArrayBuffer>;
  const form = toSocketForm(buffer, kept) as ArrayBuffer;
  expect(form).toBeInstanceOf(ArrayBuffer);
  expect([...new Uint8Array(form)]).toEqual([1, 2, 3]);
  expect(toSocketForm(view, kept)).toEqual(kept);
  expect((toSocketForm(view, kept) as Uint8Array).buffer, 'its memory will be used again').not.toBe(
    kept.buffer,
  );
  expect(toSocketForm('text', 'text')).toBe('text');
});

test('a detached buffer cannot be sent', () => {
  const buffer = new ArrayBuffer(4);
  const view = new Uint8Array(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  expect(encode(buffer)).toBeNull();
  expect(encode(view)).toBeNull();
});

test('a File is binary, and a value of JSON is text', () => {
  expect(formOf(new File(['abc'], 'name'))).toEqual({ bytes: 3, isBinary: true });
  expect(encode(['é'])).toEqual({ kept: '["é"]', direct: '["é"]' });
  expect(formOf(['é'])).toEqual({ bytes: 6, isBinary: false });
});

test('the size of a payload is that of its bytes', () => {
  expect(formOf({ a: 'é' })?.bytes).toBe(10);
  expect(formOf(new Uint16Array(3))?.bytes).toBe(6);
  expect(formOf(new ArrayBuffer(5))?.bytes).toBe(5);
  expect(formOf(new Blob(['xyz']))?.bytes).toBe(3);
});

test.each([
  ['', 'a', 'aé€😀\ud800', 'é', '\udc00\ud800', '\x7f', '\x80', '\u07ff\u0800'],
  ['a'.repeat(1000), 'aé€😀\ud800'.repeat(1000), `${'a'.repeat(1000)}\n€`, `${'a\n'.repeat(1000)}`],
])('a text has the length of its encoding', (...texts) => {
  for (const text of texts) expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
});
