// Owns the scripts with one contender in them: for a page, for a Node process, and by itself for its size.
// Refuses to treat one otherwise than another.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { type Arguments } from './arguments.js';

const packageName = '@advakod/resilient-websocket';

export interface Entrant {
  readonly name: string;
  /** File in ../contenders, without its ending. */
  readonly file: string;
  /** The package as its user names it; undefined for the platform's own class. */
  readonly package: string | undefined;
  /** For builds of this package: the module to take for it. */
  readonly module: string | undefined;
}

const peers: readonly Entrant[] = [
  ['reconnecting-websocket', 'reconnecting_websocket', 'reconnecting-websocket'],
  ['partysocket', 'partysocket', 'partysocket/ws'],
  ['websocket-ts', 'websocket_ts', 'websocket-ts'],
  ['@nktkas/rews', 'rews', '@nktkas/rews'],
].map(([name = '', file = '', imported]) => ({ name, file, package: imported, module: undefined }));

function moduleOf(path: string): string {
  const absolute = resolve(path);
  const inFolder = join(absolute, 'index.js');
  return existsSync(inFolder) ? inFolder : absolute;
}

/** All that take part, the bare WebSocket first. */
export function entrantsOf({ builds, contenders }: Arguments): Entrant[] {
  const all: Entrant[] = [
    { name: 'raw', file: 'raw', package: undefined, module: undefined },
    ...builds.map(([name, path]) => ({ name, file: 'ours', package: packageName, module: moduleOf(path) })),
    ...peers,
  ];
  return all.filter(({ name }) => name === 'raw' || contenders.length === 0 || contenders.includes(name));
}

const inItself: BuildOptions = {
  bundle: true,
  write: false,
  minify: true,
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'error',
};

async function textOf(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build(options);
  return outputFiles?.[0]?.text ?? '';
}

function bundle(source: string, entrant: Entrant, options: BuildOptions): Promise<string> {
  return textOf({
    ...inItself,
    stdin: { contents: source, resolveDir: resolve('tests/bench'), loader: 'ts' },
    ...(entrant.module !== undefined && { alias: { [packageName]: entrant.module } }),
    ...options,
  });
}

/** A classic script that gives a page `bench`. */
export function pageScript(entrant: Entrant, { minify = true } = {}): Promise<string> {
  const source = `import { contender } from './contenders/${entrant.file}.js';
    import { install } from './page/program.js';
    install(contender);`;
  return bundle(source, entrant, { format: 'iife', platform: 'browser', minify });
}

/** A CommonJS script for a Node process that answers its parent. */
export function nodeScript(entrant: Entrant): Promise<string> {
  const source = `import { contender } from './contenders/${entrant.file}.js';
    import { serve } from './page/node_entry.js';
    serve(contender);`;
  return bundle(source, entrant, { format: 'cjs', platform: 'node', minify: false });
}

/** A module that gives `contender`, as an application imports its client. */
export function moduleScript(entrant: Entrant): Promise<string> {
  return bundle(`export { contender } from './contenders/${entrant.file}.js';`, entrant, {
    format: 'esm',
    platform: 'browser',
  });
}

/** A classic script of one file of ./page, which an import would not keep: this package promises to have no effects. */
export function helperScript(file: string): Promise<string> {
  const entryPoints = [resolve(`tests/bench/page/${file}.ts`)];
  return textOf({ ...inItself, entryPoints, format: 'iife', platform: 'browser' });
}

/** What a build's React entry adds to its core. */
export function reactScript({ module = '' }: Entrant): Promise<string> {
  const entryPoints = [join(dirname(module), 'react.js')];
  return textOf({ ...inItself, entryPoints, format: 'esm', external: ['react', 'react/*', module] });
}

/** The contender's package by itself, as an application would take it in whole. */
export function packageScript(entrant: Entrant): Promise<string> {
  const source = entrant.package === undefined ? '' : `export * from '${entrant.package}';`;
  const withDefault = ['ours', 'partysocket', 'reconnecting_websocket'].includes(entrant.file)
    ? `${source} export { default } from '${entrant.package ?? ''}';`
    : source;
  return bundle(withDefault, entrant, { format: 'esm', platform: 'browser' });
}
