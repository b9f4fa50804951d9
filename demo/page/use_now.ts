// A hook for the current time, for countdowns and plots.
import { useEffect, useState } from 'react';

/** The current time, epoch ms, updated every `step` ms. */
export function useNow(step: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, step);
    return () => {
      clearInterval(timer);
    };
  }, [step]);
  return now;
}
