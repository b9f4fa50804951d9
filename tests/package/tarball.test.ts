// Checks the contents of the package: its files, its manifest, and how tools resolve it.
import { readFileSync, readdirSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, normalize } from 'node:path';
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

interface SourceMapV3 {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
}

interface Manifest {
  readonly publishConfig?: unknown;
  readonly dependencies?: unknown;
  readonly optionalDependencies?: unknown;
  readonly bundleDependencies?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly sideEffects: readonly string[];
}
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const pythonServer = 'server/python';

const serverScripts = ['server', 'server/redis'];

const scripts = [
  'index',
  'no-wasm',
  'websocket',
  'react',
  'components/WebSocketStatus',
  'hooks/useChatWebSocket',
  'demo/websocket-demo',
];

const bundles = [...scripts, ...serverScripts].flatMap((name) => [`dist/${name}.cjs`, `dist/${name}.js`]);

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

describe('the tarball', () => {
  it('contains both formats of every entry, source maps, the style sheet, declarations, documents, and nothing else', () => {
    const declarations = files.filter((path) => /^dist\/types\/.*\.d\.c?ts$/.test(path));
    const expected = [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD_PARTY_LICENSES.txt'],
      ...['package.json', 'dist/styles.css'],
      ...readdirSync(join(projectFolder, 'docs')).map((name) => `docs/${name}`),
      `${pythonServer}/README.md`,
      ...readdirSync(join(projectFolder, pythonServer, 'resilient_sessions'))
        .filter((name) => name.includes('.'))
        .map((name) => `${pythonServer}/resilient_sessions/${name}`),
      ...bundles.flatMap((path) => [path, `${path}.map`]),
      ...declarations,
    ];
    expect(files).toEqual(expected.sort());
    expect(declarations.length).toBeGreaterThan(0);
  });

  it('has only entries and side effects whose files exist', () => {
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './no-wasm',
      './websocket',
      './react',
      './services/ResilientWebSocket',
      './components/WebSocketStatus',
      './hooks/useChatWebSocket',
      './demo/websocket-demo',
      './server',
      './server/redis',
      './styles.css',
      './package.json',
    ]);
    const targets = JSON.stringify(manifest.exports).match(/(?<=")\.\/[^"]+\.\w+(?=":?[,}])/g) ?? [];
    expect(targets.length).toBeGreaterThan(20);
    expect(targets.filter((path) => !files.includes(path.slice(2)))).toEqual([]);
    expect(manifest.sideEffects).toEqual(['./dist/no-wasm.js', './dist/no-wasm.cjs', './dist/styles.css']);
  });

  it('gives React Native the CommonJS files of every entry, which have no import.meta', () => {
    const forms = Object.values(manifest.exports).filter((form) => typeof form === 'object') as Readonly<
      Record<string, { readonly default: string }>
    >[];
    const native = forms.flatMap((form) => form['react-native'] ?? []);
    expect(native).toEqual(forms.filter((form) => form['react-native']).map((form) => form['require']));
    expect(native).toHaveLength(6);
    for (const { default: path } of native) expect(read(path)).not.toContain('import.meta');
  });

  it('has only fields that its users need', () => {
    expect(Object.keys(manifest)).not.toContain('imports');
    expect(manifest.publishConfig).toEqual({ access: 'public' });
  });

  it('has a source map for every file, with the sources in it', () => {
    for (const path of bundles) {
      const map = JSON.parse(read(`${path}.map`)) as SourceMapV3;
      expect(
        map.sources.filter((source) => !/^((\.\.\/)+(web|demo|build|server)\/|react-once:)/.test(source)),
      ).toEqual([]);
      expect(map.sourcesContent.map((text) => text.length > 0)).not.toContain(false);
      // The size of what a page loads is the same with and without the map.
      expect(read(path)).not.toContain('sourceMappingURL');
    }
  });

  it('has source maps that lead to the right line', () => {
    const map = new SourceMap(JSON.parse(read('dist/index.js.map')) as SourceMapPayload);
    // The prefix of the client's lines on the console.
    const text = '"ResilientWebSocket:"';
    const lines = read('dist/index.js').split('\n');
    const line = lines.findIndex((candidate) => candidate.includes(text));
    const entry = map.findEntry(line, lines[line]?.indexOf(text) ?? 0);
    if (!('originalSource' in entry)) throw new Error('the text is not in the source map');
    const source = readFileSync(join(projectFolder, 'dist', entry.originalSource), 'utf8');
    expect(source.split('\n')[entry.originalLine]).toContain("'ResilientWebSocket:'");
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
        .filter((name) => /^(react|components|hooks)/.test(name))
        .flatMap((name) => [`dist/${name}.cjs`, `dist/${name}.js`])
        .sort(),
    );
  });

  it('contains the core once in each format, without React', () => {
    // The core is where the module is compiled.
    const compiles = 'new WebAssembly.Module(';
    const filesWithCore = bundles.filter((path) =>
      readFileSync(join(folder, path), 'utf8').includes(compiles),
    );
    expect(filesWithCore).toEqual(['dist/index.cjs', 'dist/index.js']);
    for (const path of ['dist/no-wasm.cjs', 'dist/no-wasm.js'])
      expect(read(path)).not.toContain('WebAssembly');
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

  it('has only links to files that are in it', () => {
    const documents = files.filter((path) => path.endsWith('.md'));
    const dead = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)\s#]+)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !target.startsWith('https://'))
        .filter((target) => !files.includes(normalize(join(dirname(path), target))))
        .map((target) => `${path}: ${target}`),
    );
    expect(documents.length).toBeGreaterThan(5);
    expect(dead).toEqual([]);
  });

  it('contains the licences of what is compiled into it, as they are installed', () => {
    const notices = read('THIRD_PARTY_LICENSES.txt');
    const nlohmann = readFileSync('/usr/share/doc/nlohmann-json3-dev/copyright', 'utf8');
    const [, permission = ''] = /License: Expat\n( Permission[^]*?)\n\n/.exec(nlohmann) ?? [];
    const mit = permission.replaceAll(/^ \.?/gm, '');
    const texts = [
      readFileSync('/usr/share/emscripten/system/lib/libc/musl/COPYRIGHT', 'utf8').trim(),
      readFileSync('/usr/share/common-licenses/Apache-2.0', 'utf8').trim(),
    ];
    for (const text of texts) expect(notices).toContain(text);
    expect(mit).toContain('WITHOUT WARRANTY');
    // Emscripten, LLVM's older contributions, nlohmann/json; musl has the same text with other line breaks.
    expect(notices.split(mit)).toHaveLength(4);
    for (const name of [
      'Emscripten',
      'embind',
      'emmalloc',
      'musl',
      'libc++',
      'libc++abi',
      'compiler-rt',
      'nlohmann/json',
      'Binaryen',
    ])
      expect(notices).toContain(name);
    expect(notices).toContain('LLVM Exceptions to the Apache 2.0 License');
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
