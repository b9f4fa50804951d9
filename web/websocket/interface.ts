// The shape of the interface object as Web IDL defines it: constants, enumerable members, required arguments.

const constants = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

const members = [
  ...['url', 'readyState', 'bufferedAmount', 'onopen', 'onerror', 'onclose', 'extensions', 'protocol'],
  ...['onmessage', 'binaryType', 'send', 'close'],
];

export function defineInterface(name: string, target: { readonly prototype: object }): void {
  const { prototype } = target;
  for (const member of members) Object.defineProperty(prototype, member, { enumerable: true });
  for (const [constant, value] of Object.entries(constants)) {
    for (const owner of [target, prototype]) {
      Object.defineProperty(owner, constant, { value, enumerable: true });
    }
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  // A minifier may have changed the name.
  Object.defineProperty(target, 'name', { value: name });
}

/** Throws the TypeError of Web IDL for a call without arguments of a function that requires one. */
export function requireArgument(count: number): void {
  if (count === 0) throw new TypeError('The first argument is missing');
}
