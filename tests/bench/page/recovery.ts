// Owns a client whose link is about to break: it is told to send now and then, and is watched from the server.
import { type Contender } from '../contenders/contender.js';
import { connected, type Connected } from './connected.js';

const clients = new Map<string, Connected>();

/** Connects a client under a name. */
export async function link(
  contender: Contender,
  name: string,
  url: string,
  firstWait: number | undefined,
): Promise<void> {
  const wishes = {
    format: 'text',
    message: () => undefined,
    ...(firstWait !== undefined && { firstWait }),
  } as const;
  clients.set(name, await connected(contender, url, wishes));
}

/** Sends texts on a link; what happens to them is seen at the server. */
export function say(name: string, texts: readonly string[]): void {
  for (const text of texts) clients.get(name)?.client.send(text);
}

export function unlink(name: string): void {
  clients.get(name)?.close();
  clients.delete(name);
}
