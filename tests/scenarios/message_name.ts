// The form of a scenario's messages: a name, padded with dots to the size that the scenario asks for.

export function messageText(name: string, bytes: number): string {
  return name.padEnd(bytes, '.');
}

export function messageName(text: string): string {
  return text.replace(/\.+$/, '');
}
