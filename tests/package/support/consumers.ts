// The projects that the package is installed in: a modern one, one as old as Create React App 5, and one with
// nothing but the package. An installation is kept until its dependencies or the tarball change.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { consumersFolder, template } from './folders.js';
import { attempt, run } from './run.js';

export type Consumer = 'modern' | 'established' | 'bare';

const packageName = '@advakod/resilient-websocket';

/** Folder of a consumer; its projects are below it. */
export function consumerFolder(consumer: Consumer): string {
  return join(consumersFolder, consumer);
}

/** The installed package of a consumer. */
export function installedPackage(consumer: Consumer): string {
  return join(consumerFolder(consumer), 'node_modules', packageName);
}

/**
 * Creates a project below a consumer from templates and additional files. It resolves modules as the consumer
 * does. An older version of the project is replaced. Returns its folder.
 */
export function createProject(
  consumer: Consumer,
  project: string,
  templates: readonly string[],
  files: Readonly<Record<string, string>> = {},
): string {
  const folder = join(consumerFolder(consumer), project);
  rmSync(folder, { recursive: true, force: true });
  for (const name of templates) cpSync(template(name), folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Installs the tarball and the other dependencies of a consumer, unless they are installed already. */
export async function install(consumer: Consumer, tarball: string): Promise<void> {
  const folder = consumerFolder(consumer);
  const manifest = JSON.parse(readFileSync(template(`${consumer}.json`), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  manifest.dependencies[packageName] = `file:${tarball}`;
  const manifestText = JSON.stringify(manifest, null, 2);
  const record = join(folder, 'installed.json');
  if (existsSync(record) && readFileSync(record, 'utf8') === manifestText) return;
  rmSync(record, { force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), manifestText);
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  // Registries fail now and then, so there is a second try.
  const first = await attempt('npm', ['install', ...flags], { cwd: folder });
  if (first.code !== 0) await run('npm', ['install', ...flags], { cwd: folder });
  writeFileSync(record, manifestText);
}
