// Observes whether the module's memory grows.
import { vi, type Mock } from 'vitest';

/** The size with which the memory starts (wasm_bindings/CMakeLists.txt). */
const initialBytes = 8_388_608;

/** Returns a mock that is called when the memory grows. With the core as JavaScript, a larger ArrayBuffer is created then. */
export function watchGrowth(): Mock {
  if (typeof WebAssembly === 'object') return vi.spyOn(WebAssembly.Memory.prototype, 'grow');
  const grow = vi.fn();
  const watched = new Proxy(ArrayBuffer, {
    construct: (target, [bytes]: [number]) => {
      if (bytes > initialBytes) grow();
      return new target(bytes);
    },
  });
  vi.stubGlobal('ArrayBuffer', watched);
  return grow;
}
