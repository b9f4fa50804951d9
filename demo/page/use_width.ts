// Measures the width of an element, so that a drawing can fill it.
import { useEffect, useState } from 'react';

/** The width of the element that gets the returned ref, px, and the ref. */
export function useWidth(initial: number): readonly [number, (element: HTMLElement | null) => void] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return [width, setElement];
}
