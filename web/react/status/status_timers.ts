// Timers that follow a condition: one for each action, which runs as long as its reason stays the same.

/**
 * Updates the timer of `action`. With the same `reason` as before the timer keeps running; with another one
 * it is restarted, and fires after `delay` ms; with a falsy one it is removed.
 */
export type UpdateTimer = (action: () => void, reason: unknown, delay: number) => void;

interface Timer {
  readonly reason: unknown;
  readonly handle: ReturnType<typeof setTimeout> | undefined;
}

export function createTimers(): UpdateTimer {
  const timers = new Map<() => void, Timer>();
  return (action, reason, delay) => {
    const current = timers.get(action);
    if (reason === current?.reason) return;
    clearTimeout(current?.handle);
    timers.set(action, { reason, handle: reason ? setTimeout(action, delay) : undefined });
  };
}
