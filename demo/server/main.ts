// The command line of `npm run demo`: reads the ports, starts the demo, prints its address.
import { parseArgs } from 'node:util';
import { startDemo } from './supervisor.js';

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`--${name} must be a port from 0 to 65535, not ${text}`);
  }
  return port;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8000' },
      'page-port': { type: 'string', default: '8080' },
    },
  });
  const demo = await startDemo({
    port: parsePort('port', values.port),
    pagePort: parsePort('page-port', values['page-port']),
  });
  console.log(`Page:      ${demo.url}`);
  console.log(`WebSocket: ws://localhost:${String(demo.port)}/general?token=demo`);
  console.log('Ctrl+C ends both.');
  const stop = (): void => {
    void demo.close().then(() => process.exit());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
