// Owns the check of what is in the package: the files, what the manifest says of them, and how tools resolve them.
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
  it('has both formats of every entry, the style sheet, declarations, and nothing else', () => {
    const declarations = files.filter((path) => /^dist\/types\/.*\.d\.c?ts$/.test(path));
    const expected = [
      ...['LICENSE', 'README.md', 'package.json', 'dist/styles.css'],
      ...scripts.flatMap((name) => [`dist/${name}.cjs`, `dist/${name}.js`]),
      ...declarations,
    ];
    expect(files).toEqual(expected.sort());
    expect(declarations.length).toBeGreaterThan(0);
  });

  it('names entries and side effects that exist', () => {
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

  it('brings nothing else along and runs nothing when it is installed: an audit has nothing to look at', () => {
    const { dependencies, optionalDependencies, bundleDependencies, scripts: commands = {} } = manifest;
    expect([dependencies, optionalDependencies, bundleDependencies]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(Object.keys(commands).filter((name) => /install|^prepare$/.test(name))).toEqual([]);
  });

  it('marks what belongs into the browser for frameworks that render on a server', () => {
    const marked = files.filter((path) => /^'use client';\n/.test(readFileSync(join(folder, path), 'utf8')));
    expect(marked).toEqual(
      scripts
        .slice(1, 4)
        .flatMap((name) => [`dist/${name}.cjs`, `dist/${name}.js`])
        .sort(),
    );
  });

  it('has the core once in each format, which does not know React', () => {
    // Whoever compiles the module has it.
    const compiles = 'new WebAssembly.Module(';
    const holdsCore = files.filter((path) => readFileSync(join(folder, path), 'utf8').includes(compiles));
    expect(holdsCore).toEqual(['dist/index.cjs', 'dist/index.js']);
    for (const path of holdsCore) expect(readFileSync(join(folder, path), 'utf8')).not.toMatch(/["']react/);
  });

  it('has no syntax that the oldest browsers of the README do not know', async () => {
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
  ])('%s finds nothing wrong, with nothing excluded', async (_name, command) => {
    const { code, output } = await attempt(process.execPath, [...command, inject('tarball')], {
      cwd: projectFolder,
    });
    expect(output).toMatch(/All good!|No problems found/);
    expect(code).toBe(0);
  });
});
