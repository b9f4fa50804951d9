// Runs before each file of tests when the suite is run with the core as JavaScript (RWS_NO_WASM). The platform has no
// WebAssembly then, so that no test can use the other core.
import '@advakod/resilient-websocket/no-wasm';

Reflect.deleteProperty(globalThis, 'WebAssembly');
