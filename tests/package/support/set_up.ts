// The global set-up of the package tests: packs the package and installs it in every consumer.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { install } from './consumers.js';
import { consumersFolder, projectFolder } from './folders.js';
import { run } from './run.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the packedFile package. */
    readonly tarball: string;
  }
}

export default async function setUp(project: TestProject): Promise<void> {
  const tarball = await pack();
  await Promise.all([install('modern', tarball), install('established', tarball), install('bare', tarball)]);
  project.provide('tarball', tarball);
}

/** Packs what was built. The file name contains a hash: npm treats an equal name as the same package. */
async function pack(): Promise<string> {
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
