// Records the side effects of loading a module: what it reads or calls of the platform, and what it leaves
// behind.
const sideEffects = [];
// File system requests are the module loader's own.
const resources = () => process.getActiveResourcesInfo().filter((name) => !name.includes('Req'));
const snapshot = () => [Object.getOwnPropertyNames(globalThis).sort(), resources()];

exports.start = () => {
  for (const name of [
    'window',
    'document',
    'WebSocket',
    'localStorage',
    'TextEncoder',
    'crypto',
    'navigator',
  ]) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        sideEffects.push(name);
      },
    });
  }
  for (const name of ['setTimeout', 'setInterval', 'queueMicrotask', 'fetch', 'atob']) {
    const original = globalThis[name];
    globalThis[name] = (...args) => {
      sideEffects.push(name);
      return original(...args);
    };
  }
  for (const name of ['Module', 'Instance']) {
    WebAssembly[name] = class {
      constructor() {
        sideEffects.push(`WebAssembly.${name}`);
      }
    };
  }
  const before = JSON.stringify(snapshot());
  exports.report = () => {
    if (JSON.stringify(snapshot()) !== before) sideEffects.push('globals or resources left behind');
    return sideEffects;
  };
};
