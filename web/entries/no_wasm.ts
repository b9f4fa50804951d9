// The entry `./no-wasm`: the exports of the main entry, for places where WebAssembly is forbidden. Importing it has one
// side effect: the core of all entries is JavaScript from then on, unless a client was made before.
import translated from '#translated-core';
import { ResilientWebSocket, setTranslatedCore } from '../index.js';

setTranslatedCore(translated);

export default ResilientWebSocket;
export * from '../index.js';
