// Writes docs/benchmarks.md: the sections of a complete run, with machine and versions.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { format, resolveConfig } from 'prettier';
import { launchChromium } from '../support/chromium_runner.js';
import { sectionToText, type Section } from './table.js';

const packages = ['reconnecting-websocket', 'partysocket', 'websocket-ts', '@nktkas/rews', 'ws', 'esbuild'];

function packageVersion(name: string): string {
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

async function describeMachine(loadBefore: number): Promise<string> {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    `- Machine: ${cpus().length} × ${processor?.model ?? 'unknown'}, ${memory} GiB, Linux ${release()} ${arch()}; load ` +
      `before ${loadBefore.toFixed(1)}, after ${(loadavg()[0] ?? 0).toFixed(1)}`,
    `- Chromium ${await chromiumVersion()} (headless), Node ${process.versions.node}, Emscripten ${emccVersion()}`,
    `- ${packages.map(packageVersion).join(', ')}`,
  ].join('\n');
}

/** Writes the document, formatted like the rest of the project. */
export async function writeDocument(
  path: string,
  sections: readonly Section[],
  loadBefore: number,
): Promise<void> {
  const text = [
    '# Benchmarks',
    'Written by `npm run bench`, which measures all contenders in turns within one run. Absolute figures depend on the ' +
      'machine and its load, ratios much less. Figures in brackets are quartiles unless stated otherwise.',
    await describeMachine(loadBefore),
    ...sections.map(sectionToText),
  ].join('\n\n');
  const config = (await resolveConfig(path)) ?? {};
  writeFileSync(path, await format(text, { ...config, parser: 'markdown' }));
}
