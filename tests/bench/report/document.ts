// Owns docs/benchmarks.md: the sections of a whole run, with where and with what it was made.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { format, resolveConfig } from 'prettier';
import { launchChromium } from '../support/chromium_runner.js';
import { sectionText, type Section } from './table.js';

const packages = ['reconnecting-websocket', 'partysocket', 'websocket-ts', '@nktkas/rews', 'ws', 'esbuild'];

function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as {
    version: string;
  };
  return `${name} ${version}`;
}

async function chromiumVersion(): Promise<string> {
  const browser = await launchChromium();
  const version = (await browser.version()).replace(/^.*\//, '');
  await browser.close();
  return version;
}

const emccVersion = (): string =>
  /\d+\.\d+\.\d+/.exec(execFileSync('em++', ['--version'], { encoding: 'utf8' }))?.[0] ?? 'unknown';

async function circumstances(loadBefore: number): Promise<string> {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    `- Machine: ${cpus().length} × ${processor?.model ?? 'unknown'}, ${memory} GiB, Linux ${release()} ${arch()}; load ` +
      `before ${loadBefore.toFixed(1)}, after ${(loadavg()[0] ?? 0).toFixed(1)}`,
    `- Chromium ${await chromiumVersion()} (headless), Node ${process.versions.node}, Emscripten ${emccVersion()}`,
    `- ${packages.map(versionOf).join(', ')}`,
  ].join('\n');
}

/** Writes the document, formatted as the rest of the project. */
export async function writeDocument(
  path: string,
  sections: readonly Section[],
  loadBefore: number,
): Promise<void> {
  const text = [
    '# Benchmarks',
    'Written by `npm run bench`, which measures all contenders in turns within one run: absolute figures depend on the ' +
      'machine and its load, ratios much less. Figures in brackets are quartiles unless something else is said.',
    await circumstances(loadBefore),
    ...sections.map(sectionText),
  ].join('\n\n');
  const config = (await resolveConfig(path)) ?? {};
  writeFileSync(path, await format(text, { ...config, parser: 'markdown' }));
}
