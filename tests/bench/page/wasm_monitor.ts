// Records how long WebAssembly modules take to compile and instantiate in a page, and which memories they
// have. It must run before all other scripts.

declare global {
  var wasmMemories: WebAssembly.Memory[] | undefined;
  // Milliseconds in `new WebAssembly.Module`, and in `new WebAssembly.Instance`.
  var wasmTimes: { compile: number; instantiate: number } | undefined;
}

const memories: WebAssembly.Memory[] = [];
const times = { compile: 0, instantiate: 0 };
globalThis.wasmMemories = memories;
globalThis.wasmTimes = times;

WebAssembly.Module = new Proxy(WebAssembly.Module, {
  construct: (original, given: [BufferSource]) => {
    const started = performance.now();
    const module = new original(...given);
    times.compile += performance.now() - started;
    return module;
  },
});

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (original, given: [WebAssembly.Module, WebAssembly.Imports?]) => {
    const started = performance.now();
    const instance = new original(...given);
    times.instantiate += performance.now() - started;
    const imported = Object.values(given[1] ?? {}).flatMap((names) => Object.values(names));
    for (const value of [...Object.values(instance.exports), ...imported]) {
      if (value instanceof WebAssembly.Memory) memories.push(value);
    }
    return instance;
  },
});
