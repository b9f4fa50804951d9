// The conformance kit for servers of sessions: bundles tests/sessions/kit and runs it.
// Usage: conformance.mjs ws://HOST/PATH [--token TEXT] [--only 5,6.2] …, see tests/sessions/README.md.
import { prepare } from './prepare.mjs';
import { exitCodeOf, main, root } from './support/run.mjs';

async function bundleKit() {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: ['tests/sessions/kit/main.ts'],
    outfile: 'build/conformance/kit.mjs',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

await main(async () => {
  const args = process.argv.slice(2);
  // Servers that the kit starts need Redis and Python packages; a server elsewhere needs nothing.
  await prepare(args.some((argument) => argument.startsWith('--start')) ? ['sessions'] : []);
  await bundleKit();
  return exitCodeOf(process.execPath, ['--enable-source-maps', 'build/conformance/kit.mjs', ...args]);
});
