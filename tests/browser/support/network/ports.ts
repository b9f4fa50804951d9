// Owns the finding of free addresses on this machine.
import { createServer } from 'node:net';

/** A port that nobody listens on just now. */
export async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

let lastHost = 0;

/**
 * A loopback address of its own for each that asks: browsers open one WebSocket an address at a time, so faults that are
 * tried side by side must not share one.
 */
export function ownAddress(): string {
  lastHost += 1;
  return `127.1.${Math.floor(lastHost / 250)}.${(lastHost % 250) + 1}`;
}
