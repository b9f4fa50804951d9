// Owns the projects that the package is installed in: one of today, one of the age of Create React App 5, and one that
// has nothing but the package. Refuses to install again what has not changed since the last run.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consumersFolder, template } from './folders.js';
import { attempt, run } from './run.js';

export type Consumer = 'modern' | 'established' | 'bare';

const packageName = '@advakod/resilient-websocket';

/** Folder of a consumer; its templates are laid out below it. */
export function folderOf(consumer: Consumer): string {
  return join(consumersFolder, consumer);
}

/** The package as a consumer has it installed. */
export function installedPackage(consumer: Consumer): string {
  return join(folderOf(consumer), 'node_modules', packageName);
}

/**
 * Lays templates out afresh as one project of a consumer, with files of its own beside them; it resolves modules as the
 * consumer does. Returns the project's folder.
 */
export function layOut(
  consumer: Consumer,
  project: string,
  templates: readonly string[],
  files: Readonly<Record<string, string>> = {},
): string {
  const folder = join(folderOf(consumer), project);
  rmSync(folder, { recursive: true, force: true });
  for (const name of templates) cpSync(template(name), folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** Installs the tarball and everything else a consumer wants, unless that is what is there. */
export async function install(consumer: Consumer, tarball: string): Promise<void> {
  const folder = folderOf(consumer);
  const manifest = JSON.parse(readFileSync(template(`${consumer}.json`), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  manifest.dependencies[packageName] = `file:${tarball}`;
  const wanted = JSON.stringify(manifest, null, 2);
  const record = join(folder, 'installed.json');
  if (existsSync(record) && readFileSync(record, 'utf8') === wanted) return;
  rmSync(record, { force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), wanted);
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  // Registries fail now and then, so there is a second try.
  const first = await attempt('npm', ['install', ...flags], { cwd: folder });
  if (first.code !== 0) await run('npm', ['install', ...flags], { cwd: folder });
  writeFileSync(record, wanted);
}
