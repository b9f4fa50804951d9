// Owns noticing what a module does when it is loaded: what it reads or calls of the platform, and what it leaves there.
const touched = [];
// Requests to the file system are the loader's own.
const resources = () => process.getActiveResourcesInfo().filter((name) => !name.includes('Req'));
const kept = () => [Object.getOwnPropertyNames(globalThis).sort(), resources()];

exports.watch = () => {
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
        touched.push(name);
      },
    });
  }
  for (const name of ['setTimeout', 'setInterval', 'queueMicrotask', 'fetch', 'atob']) {
    const original = globalThis[name];
    globalThis[name] = (...args) => {
      touched.push(name);
      return original(...args);
    };
  }
  for (const name of ['Module', 'Instance']) {
    WebAssembly[name] = class {
      constructor() {
        touched.push(`WebAssembly.${name}`);
      }
    };
  }
  const before = JSON.stringify(kept());
  exports.report = () => {
    if (JSON.stringify(kept()) !== before) touched.push('globals or resources left behind');
    return touched;
  };
};
