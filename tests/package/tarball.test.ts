// Checks the contents of the package: its files, its manifest, and how tools resolve it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, inject, it } from 'vitest';
import { installedPackage } from './support/consumers.js';
import { projectFolder } from './support/folders.js';
import { attempt } from './support/run.js';

const folder = installedPackage('bare');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  .sort();

interface Manifest {
  readonly dependencies?: unknown;
  readonly optionalDependencies?: unknown;
  readonly bundleDependencies?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly sideEffects: readonly string[];
}
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const scripts = [
  'index',
  'react',
  'components/WebSocketStatus',
  'hooks/useChatWebSocket',
  'demo/websocket-demo',
];

describe('the tarball', () => {
  it('contains both formats of every entry, the style sheet, declarations, and nothing else', () => {
    const declarations = files.filter((path) => /^dist\/types\/.*\.d\.c?ts$/.test(path));
    const expected = [
      ...['LICENSE', 'README.md', 'package.json', 'dist/styles.css'],
      ...scripts.flatMap((name) => [`dist/${name}.cjs`, `dist/${name}.js`]),
      ...declarations,
    ];
    expect(files).toEqual(expected.sort());
    expect(declarations.length).toBeGreaterThan(0);
  });

  it('has only entries and side effects whose files exist', () => {
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './react',
      './services/ResilientWebSocket',
      './components/WebSocketStatus',
      './hooks/useChatWebSocket',
      './demo/websocket-demo',
      './styles.css',
      './package.json',
    ]);
    const targets = JSON.stringify(manifest.exports).match(/(?<=")\.\/[^"]+\.\w+(?=":?[,}])/g) ?? [];
    expect(targets.length).toBeGreaterThan(20);
    expect(targets.filter((path) => !files.includes(path.slice(2)))).toEqual([]);
    expect(manifest.sideEffects).toEqual(['./dist/styles.css']);
  });

  it('has no dependencies and no install scripts', () => {
    const { dependencies, optionalDependencies, bundleDependencies, scripts: commands = {} } = manifest;
    expect([dependencies, optionalDependencies, bundleDependencies]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(Object.keys(commands).filter((name) => /install|^prepare$/.test(name))).toEqual([]);
  });

  it('marks the React entries with "use client"', () => {
    const marked = files.filter((path) => /^'use client';\n/.test(readFileSync(join(folder, path), 'utf8')));
    expect(marked).toEqual(
      scripts
        .slice(1, 4)
        .flatMap((name) => [`dist/${name}.cjs`, `dist/${name}.js`])
        .sort(),
    );
  });

  it('contains the core once in each format, without React', () => {
    // The core is where the module is compiled.
    const compiles = 'new WebAssembly.Module(';
    const filesWithCore = files.filter((path) => readFileSync(join(folder, path), 'utf8').includes(compiles));
    expect(filesWithCore).toEqual(['dist/index.cjs', 'dist/index.js']);
    for (const path of filesWithCore)
      expect(readFileSync(join(folder, path), 'utf8')).not.toMatch(/["']react/);
  });

  it('uses no syntax newer than the oldest browsers in the README', async () => {
    const oldest = /Chromium \d+ \((\d+) with `await preload\(\)`\), Firefox (\d+) and Safari ([\d.]+\d)/;
    const [, chromium, firefox, safari] = oldest.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];
    const target = [`chrome${chromium}`, `firefox${firefox}`, `safari${safari}`];
    for (const name of scripts) {
      const text = readFileSync(join(folder, `dist/${name}.js`), 'utf8');
      const { code: same } = await transform(text, { target: 'esnext' });
      const { code: lowered } = await transform(text, { target });
      expect(lowered === same, name).toBe(true);
    }
  });

  it.each([
    ['publint', ['node_modules/publint/src/cli.js', '--strict']],
    ['attw', ['node_modules/@arethetypeswrong/cli/dist/index.js', '--no-color']],
  ])('%s reports no problem', async (_name, command) => {
    const { code, output } = await attempt(process.execPath, [...command, inject('tarball')], {
      cwd: projectFolder,
    });
    expect(output).toMatch(/All good!|No problems found/);
    expect(code).toBe(0);
  });
});
