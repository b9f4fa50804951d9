// Owns the keyboard's place in an element whose controls come and go: when the focused one is taken away, the element
// itself is focused, so that the next Tab goes on from there.
// Refuses to take the focus from anywhere else.
import { useEffect, useRef, type FocusEvent, type RefObject } from 'react';

interface KeptFocus<Element extends HTMLElement> {
  /** For the element, which needs a `tabIndex`. */
  readonly ref: RefObject<Element | null>;
  readonly onFocus: () => void;
  readonly onBlur: (event: FocusEvent) => void;
}

export function useKeptFocus<Element extends HTMLElement>(): KeptFocus<Element> {
  const ref = useRef<Element>(null);
  const isInside = useRef(false);
  useEffect(() => {
    // A control that is removed does not blur: the document's body has the focus then.
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
