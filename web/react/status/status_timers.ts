// Owns timers, one for each action: it runs while there is an occasion for it.
// Refuses to know what they are for.

/**
 * Has the action done `delay` ms after the occasion came; without one the timer is taken away, for the same one it keeps
 * its time, for another it begins anew.
 */
export type KeepTimer = (action: () => void, occasion: unknown, delay: number) => void;

interface Kept {
  readonly occasion: unknown;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

export function createTimers(): KeepTimer {
  const kept = new Map<() => void, Kept>();
  return (action, occasion, delay) => {
    const known = kept.get(action);
    if (occasion === known?.occasion) return;
    clearTimeout(known?.timer);
    kept.set(action, { occasion, timer: occasion ? setTimeout(action, delay) : undefined });
  };
}
