// Clients by name whose links are going to fail: they send on request, and the server records what it
// receives.
import { type Contender } from '../contenders/contender.js';
import { connectClient, type ConnectedClient } from './connect_client.js';

const clients = new Map<string, ConnectedClient>();

/** Connects a client under this name. */
export async function connectNamed(
  contender: Contender,
  name: string,
  url: string,
  firstDelay: number | undefined,
): Promise<void> {
  const options = {
    format: 'text',
    onMessage: () => undefined,
    ...(firstDelay !== undefined && { firstDelay }),
  } as const;
  clients.set(name, await connectClient(contender, url, options));
}

/** Sends texts through a client. */
export function sendNamed(name: string, texts: readonly string[]): void {
  for (const text of texts) clients.get(name)?.client.send(text);
}

export function disconnectNamed(name: string): void {
  clients.get(name)?.close();
  clients.delete(name);
}
