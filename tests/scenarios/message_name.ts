// Owns the form of a scenario's messages: a name, and dots up to the size that was asked for.

export function messageText(name: string, bytes: number): string {
  return name.padEnd(bytes, '.');
}

export function messageName(text: string): string {
  return text.replace(/\.+$/, '');
}
