// Runs before each test file when the suite is run with the core as JavaScript (RWS_NO_WASM). It removes WebAssembly from
// the platform, so that no test can use the other core.
import '@advakod/resilient-websocket/no-wasm';

Reflect.deleteProperty(globalThis, 'WebAssembly');
