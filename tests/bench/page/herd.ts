// Owns a thousand clients at once: what they leave on the heap, with sockets that need no network.
import { type Contender } from '../contenders/contender.js';
import { StubSocket } from './stub_socket.js';
import type {} from './wasm_watch.js';

const herd: unknown[] = [];

/** Adds so many connected clients with listeners; resolves when all are connected. */
export async function grow(contender: Contender, count: number): Promise<void> {
  Object.assign(globalThis, { WebSocket: StubSocket });
  let connectedCount = 0;
  await new Promise<void>((resolve) => {
    const opened = (): void => {
      connectedCount += 1;
      if (connectedCount === count) resolve();
    };
    for (let index = 0; index < count; index += 1) {
      const message = (data: unknown): void => {
        herd.push(data);
      };
      herd.push(contender.open(`ws://localhost/${index}`, { format: 'text', isMute: true, message, opened }));
    }
  });
}

/** Bytes of WebAssembly memory up to the last that is not zero: heaps grow upwards from the start. */
export function wasmBytes(): number {
  let bytes = 0;
  for (const { buffer } of globalThis.wasmMemories ?? []) {
    const words = new Uint32Array(buffer);
    let end = words.length;
    while (end > 0 && words[end - 1] === 0) end -= 1;
    bytes += end * 4;
  }
  return bytes;
}
