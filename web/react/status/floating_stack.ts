// Floating components in the same corner of a window stand one behind the other: each gets the height of those before
// it as its offset.
const GAP = 8;

interface Stack {
  readonly elements: HTMLElement[];
  readonly observer: ResizeObserver | null;
}

const stacks = new WeakMap<Document, Map<string, Stack>>();

/** Adds the element to the stack of its corner. Returns the function that removes it. */
export function addToStack(element: HTMLElement, corner: string): () => void {
  const { elements, observer } = getStack(element.ownerDocument, corner);
  elements.push(element);
  observer?.observe(element);
  arrange(elements);
  return () => {
    elements.splice(elements.indexOf(element), 1);
    observer?.unobserve(element);
    element.style.removeProperty('--rws-offset');
    arrange(elements);
  };
}

function getStack(document: Document, corner: string): Stack {
  const corners = stacks.get(document) ?? new Map<string, Stack>();
  stacks.set(document, corners);
  const known = corners.get(corner);
  if (known) return known;
  const elements: HTMLElement[] = [];
  // Panels open and close. Not in every environment.
  const observer =
    typeof ResizeObserver === 'function'
      ? new ResizeObserver(() => {
          arrange(elements);
        })
      : null;
  const stack = { elements, observer };
  corners.set(corner, stack);
  return stack;
}

function arrange(elements: readonly HTMLElement[]): void {
  let offset = 0;
  for (const element of elements) {
    element.style.setProperty('--rws-offset', `${offset}px`);
    // One that is not displayed takes no place.
    if (element.offsetHeight > 0) offset += element.offsetHeight + GAP;
  }
}
