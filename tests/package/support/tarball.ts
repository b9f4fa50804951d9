// Packs the built package.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { consumersFolder, projectFolder } from './folders.js';
import { run } from './run.js';

/** Resolves to the path. The file name contains a hash: npm treats an equal name as the same package. */
export async function pack(): Promise<string> {
  mkdirSync(consumersFolder, { recursive: true, mode: 0o700 });
  const flags = ['--ignore-scripts', '--loglevel=error', '--pack-destination', consumersFolder];
  const output = await run('npm', ['pack', ...flags], { cwd: projectFolder });
  const packedFile = join(consumersFolder, output.trim().split('\n').at(-1) ?? '');
  const hash = createHash('sha256').update(readFileSync(packedFile)).digest('hex').slice(0, 16);
  const tarball = join(consumersFolder, `package-${hash}.tgz`);
  renameSync(packedFile, tarball);
  for (const name of readdirSync(consumersFolder)) {
    const path = join(consumersFolder, name);
    if (name.endsWith('.tgz') && path !== tarball) rmSync(path);
  }
  return tarball;
}
