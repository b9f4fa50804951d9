// Owns the one instance of the wasm module, made when the first connection needs it, and what is true of all its
// connections. Refuses to do anything on import: the package may be loaded on a server that never connects.
import createCore, { wasmBytes, type CoreDelegate, type CoreModule, type CoreOptionValue } from '#core';
import { CoreConnection } from './connection.js';

/** The same for every connection. */
export interface CoreTraits {
  /** Names and defaults of the core's options. */
  readonly defaults: ReadonlyMap<string, CoreOptionValue>;
  /** A text of at most this length (UTF-16 units) that contains the marker may be a control frame. */
  readonly controlFrameLimit: number;
  readonly controlFrameMarker: string;
}

let instance: CoreModule | undefined;
let traits: CoreTraits | undefined;

/** The module; instantiated synchronously by the first call. */
export function loadCore(): CoreModule {
  instance ??= createCore({ wasmBinary: wasmBytes() });
  return instance;
}

/** A new connection, and what is known of all. */
export function createConnection(
  delegate: CoreDelegate,
  seed: number,
): readonly [CoreConnection, CoreTraits] {
  const module = loadCore();
  const connection = new CoreConnection(module, delegate, seed);
  traits ??= describe(module, connection);
  return [connection, traits];
}

function describe(module: CoreModule, connection: CoreConnection): CoreTraits {
  const { defaults, controlFrameMarker } = connection.describe();
  return { defaults, controlFrameLimit: module.controlFrameLimit(), controlFrameMarker };
}
