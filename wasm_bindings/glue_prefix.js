export default function createCore({ module }) {
  var Module = {};
  // What embind 3.1 takes for granted and the small runtime does not declare.
  var asm, assert = () => {};
  // The small runtime waits for a promise of its instance; this one is kept at once.
  const WebAssembly = {
    __proto__: globalThis.WebAssembly,
    instantiate: (none, imports) => ({
      then: (use) => use({ instance: new globalThis.WebAssembly.Instance(module, imports) }),
    }),
  };
