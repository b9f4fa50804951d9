// Owns the one Worker whose timers wake the clients of a hidden page, for browsers fire the page's own once a second at
// most and later once a minute. Refuses to be the only means: the page's timer runs besides, and the first to fire counts.

/** Takes [number, delay] and gives the number back after the delay. */
const SOURCE = 'onmessage=({data:[wake,delay]})=>setTimeout(postMessage,delay,wake)';

/** What `require-trusted-types-for` asks of a script's URL; not in every browser. */
interface TrustedTypes {
  createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
}

let url: string | undefined;
let worker: Worker | undefined;
let isRefused = false;
let lastWake = 0;
const wakes = new Map<number, () => void>();

/**
 * Calls `wake` after the delay in ms, unless `stopWorker` comes first. `refused` is told, once for a page, that no Worker
 * can be had: its content security policy forbids it, which nobody can know before.
 */
export function wakeByWorker(wake: () => void, delay: number, refused: () => void): void {
  if (isRefused || typeof Worker !== 'function') return;
  const refuse = () => {
    isRefused = true;
    stopWorker();
    refused();
  };
  try {
    worker ??= startWorker(refuse);
    wakes.set(++lastWake, wake);
    worker.postMessage([lastWake, delay]);
  } catch {
    refuse();
  }
}

/** Ends the Worker and forgets what it was to wake. */
export function stopWorker(): void {
  worker?.terminate();
  worker = undefined;
  wakes.clear();
}

function startWorker(refuse: () => void): Worker {
  // Made once and kept: there are engines that load a Worker's script later than its constructor returns.
  url ??= scriptUrl();
  const started = new Worker(url);
  started.onmessage = ({ data }: MessageEvent<number>) => {
    const wake = wakes.get(data);
    wakes.delete(data);
    wake?.();
    if (wakes.size === 0) stopWorker();
  };
  // Engines that follow the letter of the standard tell of a forbidden script later.
  started.onerror = refuse;
  return started;
}

function scriptUrl(): string {
  const blobUrl = URL.createObjectURL(new Blob([SOURCE], { type: 'text/javascript' }));
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const rules = { createScriptURL: String };
  return trustedTypes?.createPolicy('resilient-websocket', rules).createScriptURL(blobUrl) ?? blobUrl;
}
