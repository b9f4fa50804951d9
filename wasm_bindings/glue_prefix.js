export default function createCore({ wasmBinary }) {
  var Module = {};
  // Emscripten's small runtime waits for a promise of its instance; this one is kept at once.
  const WebAssembly = {
    __proto__: globalThis.WebAssembly,
    instantiate: (none, imports) => ({
      then: (use) =>
        use({ instance: new WebAssembly.Instance(new WebAssembly.Module(wasmBinary), imports) }),
    }),
  };
