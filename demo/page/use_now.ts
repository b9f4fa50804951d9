// Owns the page's clock: a time that moves, for countdowns and plots.
// Refuses to be exact: it moves in steps.
import { useEffect, useState } from 'react';

/** The present, epoch ms, renewed every `step` ms. */
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
