// The endurance run of sessions: three servers, Redis, HAProxy, clients in Chromium and Node; every second something is
// killed or cut. Usage: sessions.mjs [--seconds 180] [--clients 20] [--rate 50] [--seed N] [--without-browser]
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPackage } from './build.mjs';
import { prepare } from './prepare.mjs';
import { exitCodeOf, main, root } from './support/run.mjs';

const folder = join(root, 'build/endurance');

async function bundle() {
  const { build } = await import('esbuild');
  const common = {
    absWorkingDir: root,
    bundle: true,
    alias: { '@advakod/resilient-websocket': join(root, 'dist/index.js') },
    logLevel: 'warning',
  };
  const node = {
    ...common,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    outExtension: { '.js': '.mjs' },
  };
  const source = 'tests/sessions/endurance';
  await build({ ...node, entryPoints: [`${source}/main.ts`, `${source}/application.ts`], outdir: folder });
  await build({
    ...common,
    stdin: {
      contents: `import { runClients } from './clients.ts'; globalThis.runClients = runClients;`,
      resolveDir: join(root, source),
    },
    format: 'iife',
    outfile: join(folder, 'page.js'),
  });
}

/** Runs it with these arguments; returns the exit code: 1 if a check failed. */
export async function runEndurance(args) {
  await buildPackage();
  await bundle();
  return exitCodeOf(process.execPath, [
    '--enable-source-maps',
    join(folder, 'main.mjs'),
    '--bundles',
    folder,
    ...args,
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await prepare(['build', 'browser', 'sessions']);
    return runEndurance(process.argv.slice(2));
  });
}
