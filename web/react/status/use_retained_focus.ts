// Keeps the keyboard focus inside an element whose controls appear and disappear: when the focused control is
// removed, the element itself is focused, so that the next Tab continues from there.
import { useEffect, useRef, type FocusEvent, type RefObject } from 'react';

interface RetainedFocus<Element extends HTMLElement> {
  /** For the element, which needs a `tabIndex`. */
  readonly ref: RefObject<Element | null>;
  readonly onFocus: () => void;
  readonly onBlur: (event: FocusEvent) => void;
}

export function useRetainedFocus<Element extends HTMLElement>(): RetainedFocus<Element> {
  const ref = useRef<Element>(null);
  const isInside = useRef(false);
  useEffect(() => {
    // Removing a focused control fires no blur event; the focus is on the body then.
    if (isInside.current && document.activeElement === document.body) ref.current?.focus();
  });
  return {
    ref,
    onFocus: () => {
      isInside.current = true;
    },
    onBlur: ({ relatedTarget, currentTarget }) => {
      isInside.current = currentTarget.contains(relatedTarget);
    },
  };
}
