// The end of the present turn. One callback of the event loop serves everything that waits for it, because each such callback
// takes as long as other work for a small message.
import { outsideHandlings } from './session.js';

let callbacks: (() => void)[] = [];

/**
 * Calls the function when the code that runs now has returned. If that code is a microtask, all microtasks that are due run
 * first. Functions are called in the order of these calls.
 */
export function atEndOfTurn(callback: () => void): void {
  if (callbacks.push(callback) === 1) callLater();
}

/** Outside of all handlings, because the function that is first may come from one, and the others not. */
function callLater(): void {
  outsideHandlings(() => {
    process.nextTick(callAll);
  });
}

function callAll(): void {
  // What is added meanwhile is called, too.
  let called = 0;
  try {
    for (const callback of callbacks) {
      called += 1;
      callback();
    }
  } finally {
    callbacks = callbacks.slice(called);
    if (callbacks.length > 0) callLater();
  }
}
