// The commands that start the kit servers of this repository. The one for Node is bundled first.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** The first Python on the list that exists: the system's has Debian's packages. */
const pythons = ['/usr/bin/python3', '/usr/local/bin/python3'];

async function bundleNodeServer(): Promise<string> {
  const outfile = join(process.cwd(), 'build/conformance/node_server.mjs');
  await build({
    entryPoints: ['tests/sessions/servers/node_server.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/** `node`, `python`, or another command, whose words are separated by spaces. */
export async function commandOf(name: string): Promise<readonly string[]> {
  if (name === 'node') return [process.execPath, '--enable-source-maps', await bundleNodeServer()];
  if (name === 'python') {
    const program = pythons.find((path) => existsSync(path)) ?? 'python3';
    return [program, 'tests/sessions/servers/python_server.py'];
  }
  return name.split(' ').filter((word) => word !== '');
}
