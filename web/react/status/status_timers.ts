// Owns timers by name: each runs while there is an occasion for it.
// Refuses to know what they are for.

/**
 * Has the action done `delay` ms after the occasion came; without one the timer is taken away, for the same one it keeps
 * its time, for another it begins anew.
 */
export type KeepTimer = (name: string, occasion: unknown, action: () => void, delay: number) => void;

interface Kept {
  readonly occasion: unknown;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

export function createTimers(): KeepTimer {
  const kept: Partial<Record<string, Kept>> = {};
  return (name, occasion, action, delay) => {
    if (occasion === kept[name]?.occasion) return;
    clearTimeout(kept[name]?.timer);
    kept[name] = { occasion, timer: occasion ? setTimeout(action, delay) : undefined };
  };
}
