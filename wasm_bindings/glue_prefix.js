// With `isAsync` the instance is made asynchronously, and so the result is a promise: on the main thread Chromium before
// 115 makes no instance of a module of this size at once. `translated` is the module as JavaScript, made by wasm2js: a
// function that takes the imports and returns the exports. With it no WebAssembly is needed.
//
// In parentheses: V8 compiles such a function when it loads the file, instead of parsing it once more for the first client.
export default (function createCore({ module, isAsync, translated }) {
  var Module = {};
  // What embind 3.1 takes for granted and the small runtime does not declare.
  var asm, assert = () => {};
  let instantiated;
  // The small runtime waits for a promise of its instance; this one is kept at once, unless `isAsync` is set.
  const WebAssembly = {
    __proto__: globalThis.WebAssembly,
    instantiate: (none, imports) => ({
      then(use) {
        if (translated) {
          use({ instance: { exports: translated(imports) } });
          return;
        }
        const { instantiate, Instance } = globalThis.WebAssembly;
        instantiated = isAsync
          ? instantiate(module, imports).then((instance) => use({ instance }))
          : use({ instance: new Instance(module, imports) });
      },
    }),
  };
