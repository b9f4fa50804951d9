// The global set-up of the ecosystem tests: installs the libraries and the packed package outside of the checkout, and
// bundles the clients for Node and for a page. The libraries stay installed until the lock file changes.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { consumersFolder, projectFolder } from '../../package/support/folders.js';
import { attempt, run } from '../../package/support/run.js';
import { pack } from '../../package/support/tarball.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with the installed libraries, clients and servers. */
    readonly ecosystem: string;
  }
}

const source = join(projectFolder, 'tests/ecosystem');
const folder = join(consumersFolder, 'ecosystem');

export default async function setUp(project: TestProject): Promise<void> {
  const tarball = await pack();
  await installLibraries();
  await unpack(tarball);
  await bundleClients();
  project.provide('ecosystem', folder);
}

async function installLibraries(): Promise<void> {
  const files = ['package.json', 'package-lock.json'];
  const contents = files.map((name) => readFileSync(join(source, name), 'utf8')).join('\n');
  const record = join(folder, 'installed.txt');
  if (existsSync(record) && readFileSync(record, 'utf8') === contents) return;
  rmSync(record, { force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of files) cpSync(join(source, name), join(folder, name));
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  // The peer dependencies that are used are in package.json.
  const parameters = ['ci', '--legacy-peer-deps', ...flags];
  // Registries fail now and then, so there is a second try.
  const first = await attempt('npm', parameters, { cwd: folder });
  if (first.code !== 0) await run('npm', parameters, { cwd: folder });
  writeFileSync(record, contents);
}

async function unpack(tarball: string): Promise<void> {
  const target = join(folder, 'node_modules/@advakod/resilient-websocket');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1'], { cwd: target });
}

async function bundleClients(): Promise<void> {
  for (const name of ['clients', 'servers']) {
    rmSync(join(folder, name), { recursive: true, force: true });
    cpSync(join(source, name), join(folder, name), { recursive: true });
  }
  cpSync(join(source, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  const common = { absWorkingDir: folder, bundle: true, target: 'es2022', logLevel: 'error' } as const;
  await build({
    ...common,
    entryPoints: ['clients/remote.ts'],
    outfile: 'clients/for_node.js',
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  await build({
    ...common,
    entryPoints: ['clients/page.ts'],
    outfile: 'page/page.js',
    format: 'iife',
    platform: 'browser',
    define: { global: 'globalThis' },
  });
  const html =
    '<!doctype html><meta charset="utf-8" /><link rel="icon" href="data:," /><script src="page.js"></script>';
  writeFileSync(join(folder, 'page/index.html'), html);
}
