// Creates many idle clients with stub sockets, to measure their memory.
import { type Contender } from '../contenders/contender.js';
import { StubSocket } from './stub_socket.js';
import type {} from './wasm_monitor.js';

const clients: unknown[] = [];

/** Adds so many clients with listeners; resolves when all are connected. */
export async function addClients(contender: Contender, count: number): Promise<void> {
  Object.assign(globalThis, { WebSocket: StubSocket });
  let connectedCount = 0;
  await new Promise<void>((resolve) => {
    const onOpen = (): void => {
      connectedCount += 1;
      if (connectedCount === count) resolve();
    };
    for (let index = 0; index < count; index += 1) {
      const onMessage = (data: unknown): void => {
        clients.push(data);
      };
      clients.push(
        contender.open(`ws://localhost/${index}`, {
          format: 'text',
          isServerSilent: true,
          onMessage,
          onOpen,
        }),
      );
    }
  });
}

/** Bytes of WebAssembly memory up to the last one that is not zero: heaps grow upwards from the start. */
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
