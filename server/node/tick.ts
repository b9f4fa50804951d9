// Work that waits until the code that runs now has returned. Node runs it in a tick (`process.nextTick`). A tick takes as long as
// all other work for a small message. Therefore what a tick causes is done at its end, not in a further tick.

// Fake timers of a test may replace it later.
const nextTick = process.nextTick.bind(process);

/** What is still to be called in the tick that runs now; undefined in all other code. */
let due: (() => void)[] | undefined;

/** Calls the function in a tick of its own. If a microtask asks for it, all microtasks that are due run first. */
export function inNextTick(callback: () => void): void {
  nextTick(run, callback);
}

/** Calls the function at the end of the tick that runs now. In other code: in a tick of its own. */
export function atEndOfTick(callback: () => void): void {
  if (due === undefined) inNextTick(callback);
  else due.push(callback);
}

function run(callback: () => void): void {
  const callbacks = [callback];
  due = callbacks;
  let called = 0;
  try {
    // The loop also reaches what is added while it runs.
    for (const each of callbacks) {
      called += 1;
      each();
    }
  } finally {
    due = undefined;
    // There is a rest only if a function has thrown.
    for (const each of callbacks.slice(called)) inNextTick(each);
  }
}
