// Owns the one instance of the wasm module, made when the first connection needs it.
// Refuses to do anything on import: the package may be loaded on a server that never connects.
import createCore, { wasmBytes, type CoreModule } from '#core';

let instance: CoreModule | undefined;

/** The module; instantiated synchronously by the first call. */
export function loadCore(): CoreModule {
  instance ??= createCore({ wasmBinary: wasmBytes() });
  return instance;
}
