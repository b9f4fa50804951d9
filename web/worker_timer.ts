// A timer in a Worker, one Worker for all clients: browsers fire the timers of a hidden page at most once a second, and
// later once a minute. The page's own timer runs as well; whichever fires first counts.
import { platform } from './platform.js';

/** The Worker gets [number, delay] and posts the number back after the delay. */
const SOURCE = 'onmessage=({data:[wake,delay]})=>setTimeout(postMessage,delay,wake)';

let url: string | undefined;
let worker: Worker | undefined;
let isRefused = false;
let lastWake = 0;
const wakes = new Map<number, () => void>();

/**
 * Calls `onWake` after the delay, unless it is cancelled or the Worker is stopped first. Returns a number for
 * `cancelWake`, 0 if there is no Worker. `onRefused` is called, once for a page, if the page may not have one: only its
 * start shows whether a content security policy forbids it.
 */
export function startWake(milliseconds: number, onWake: () => void, onRefused: () => void): number {
  const { Worker } = platform;
  if (isRefused || typeof Worker !== 'function') return 0;
  const refuse = () => {
    isRefused = true;
    stopWorker();
    onRefused();
  };
  try {
    worker ??= startWorker(Worker, refuse);
    wakes.set(++lastWake, onWake);
    worker.postMessage([lastWake, milliseconds]);
    return lastWake;
  } catch {
    refuse();
    return 0;
  }
}

/** Does nothing for a wake that is over. */
export function cancelWake(wake: number): void {
  if (wakes.delete(wake) && wakes.size === 0) stopWorker();
}

/** Ends the Worker and cancels every wake. */
export function stopWorker(): void {
  worker?.terminate();
  worker = undefined;
  wakes.clear();
}

function startWorker(Constructor: typeof Worker, refuse: () => void): Worker {
  // The URL is kept: some engines load a Worker's script after its constructor has returned.
  url ??= createScriptUrl();
  const started = new Constructor(url);
  started.onmessage = ({ data }: MessageEvent<number>) => {
    const onWake = wakes.get(data);
    wakes.delete(data);
    onWake?.();
    if (wakes.size === 0) stopWorker();
  };
  // The standard lets a forbidden script fail later than the constructor.
  started.onerror = refuse;
  return started;
}

function createScriptUrl(): string {
  const { Blob, URL, trustedTypes } = platform;
  const blobUrl = URL.createObjectURL(new Blob([SOURCE], { type: 'text/javascript' }));
  const rules = { createScriptURL: String };
  return trustedTypes?.createPolicy('resilient-websocket', rules).createScriptURL(blobUrl) ?? blobUrl;
}
