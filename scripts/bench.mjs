// The benchmarks: builds the package, rws_bench and the measuring program of tests/bench, then runs that
// program.
// Usage: bench.mjs [--only cost,echo,…] [--rounds N] [--quick] [--dist NAME=FOLDER]… and more, see
// tests/bench/README.md.
import { buildPackage } from './build.mjs';
import { prepare } from './prepare.mjs';
import { buildPreset } from './support/native.mjs';
import { exitCodeOf, main, root } from './support/run.mjs';

async function bundleProgram() {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: { run: 'tests/bench/run.ts', echo_process: 'tests/bench/support/echo_process.ts' },
    outdir: 'build/benchmarks',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

/** Whether this measurement is requested. */
function isRequested(args, measurement) {
  const only = args.indexOf('--only');
  return only === -1 || (args[only + 1] ?? '').split(',').includes(measurement);
}

await main(async () => {
  const args = process.argv.slice(2);
  await prepare(['build', 'browser', ...(isRequested(args, 'core') ? ['native', 'bench'] : [])]);
  // With --dist existing builds are measured.
  if (!args.includes('--dist')) await buildPackage();
  if (isRequested(args, 'core')) await buildPreset('bench', 'rws_bench');
  await bundleProgram();
  return exitCodeOf(process.execPath, ['--enable-source-maps', 'build/benchmarks/run.mjs', ...args]);
});
