// Free ports and loopback addresses.
import { createServer } from 'node:net';

/** A port that is not in use at the moment. */
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
 * A different loopback address for each call: browsers connect only one WebSocket to an address at a time, so
 * experiments that run in parallel must not share one.
 */
export function uniqueLoopbackAddress(): string {
  lastHost += 1;
  return `127.1.${Math.floor(lastHost / 250)}.${(lastHost % 250) + 1}`;
}
