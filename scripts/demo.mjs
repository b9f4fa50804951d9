// Starts the demo: installs what is missing, builds, then runs the demo's server in this process.
// Usage: demo.mjs [ARGUMENTS OF THE DEMO SERVER…], for example --port 8000 --page-port 8080
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { buildDemo } from './support/demo_bundle.mjs';
import { main, root } from './support/run.mjs';

await main(async () => {
  await prepare(['build']);
  await buildDemo();
  // The server reads the same command line. In this process Ctrl+C reaches it directly.
  await import(pathToFileURL(join(root, 'build/demo/server.mjs')).href);
});
