// Bundles scripts with one contender: for a page, for a Node process, and alone for its size. All contenders
// are treated the same.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { type Arguments } from './arguments.js';

const packageName = '@advakod/resilient-websocket';

export interface ContenderSpec {
  readonly name: string;
  /** File in ../contenders, without extension. */
  readonly file: string;
  /** The package name as its user imports it; undefined for the platform's WebSocket. */
  readonly package: string | undefined;
  /** For builds of this package: the module to use. */
  readonly module: string | undefined;
}

const peers: readonly ContenderSpec[] = [
  ['reconnecting-websocket', 'reconnecting_websocket', 'reconnecting-websocket'],
  ['partysocket', 'partysocket', 'partysocket/ws'],
  ['websocket-ts', 'websocket_ts', 'websocket-ts'],
  ['@nktkas/rews', 'rews', '@nktkas/rews'],
].map(([name = '', file = '', imported]) => ({ name, file, package: imported, module: undefined }));

function findModule(path: string): string {
  const absolute = resolve(path);
  const inFolder = join(absolute, 'index.js');
  return existsSync(inFolder) ? inFolder : absolute;
}

/** The selected contenders, the bare WebSocket first. */
export function selectContenders({ builds, contenders }: Arguments): ContenderSpec[] {
  const all: ContenderSpec[] = [
    { name: 'raw', file: 'raw', package: undefined, module: undefined },
    ...builds.map(([name, path]) => ({ name, file: 'ours', package: packageName, module: findModule(path) })),
    ...peers,
  ];
  return all.filter(({ name }) => name === 'raw' || contenders.length === 0 || contenders.includes(name));
}

/** Adds the class `WebSocket` of each build of this package to the contenders. */
export function withWebSocketClass(contenders: readonly ContenderSpec[]): ContenderSpec[] {
  return contenders.flatMap((contender) => {
    const { name, file } = contender;
    if (file !== 'ours') return [contender];
    const imported = `${packageName}/websocket`;
    return [
      contender,
      { ...contender, name: `${name}/websocket`, file: 'ours_websocket', package: imported },
    ];
  });
}

const shared: BuildOptions = {
  bundle: true,
  write: false,
  minify: true,
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'error',
};

async function buildText(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build(options);
  return outputFiles?.[0]?.text ?? '';
}

function bundle(source: string, contender: ContenderSpec, options: BuildOptions): Promise<string> {
  return buildText({
    ...shared,
    stdin: { contents: source, resolveDir: resolve('tests/bench'), loader: 'ts' },
    ...(contender.module !== undefined && {
      alias: {
        [packageName]: contender.module,
        [`${packageName}/websocket`]: join(dirname(contender.module), 'websocket.js'),
      },
    }),
    ...options,
  });
}

/** A classic script that installs the contender in a page. */
export function pageScript(contender: ContenderSpec, { minify = true } = {}): Promise<string> {
  const source = `import { contender } from './contenders/${contender.file}.js';
    import { install } from './page/bench_api.js';
    install(${JSON.stringify(contender.name)}, contender);`;
  return bundle(source, contender, { format: 'iife', platform: 'browser', minify });
}

/** A CommonJS script for a Node process that is called by its parent. */
export function nodeScript(contender: ContenderSpec): Promise<string> {
  const source = `import { contender } from './contenders/${contender.file}.js';
    import { serve } from './page/node_entry.js';
    serve(${JSON.stringify(contender.name)}, contender);`;
  return bundle(source, contender, { format: 'cjs', platform: 'node', minify: false });
}

/** A module that exports `contender`, as an application imports its client. */
export function moduleScript(contender: ContenderSpec): Promise<string> {
  return bundle(`export { contender } from './contenders/${contender.file}.js';`, contender, {
    format: 'esm',
    platform: 'browser',
  });
}

/**
 * A classic script from a file in ./page. It is an entry point, because an import would be dropped as free of
 * side effects.
 */
export function helperScript(file: string): Promise<string> {
  const entryPoints = [resolve(`tests/bench/page/${file}.ts`)];
  return buildText({ ...shared, entryPoints, format: 'iife', platform: 'browser' });
}

/** What a build's React entry adds to the core. */
export function reactScript({ module = '' }: ContenderSpec): Promise<string> {
  const entryPoints = [join(dirname(module), 'react.js')];
  return buildText({ ...shared, entryPoints, format: 'esm', external: ['react', 'react/*', module] });
}

/** The contender's whole package, as an application would bundle it. */
export function packageScript(contender: ContenderSpec): Promise<string> {
  const source = contender.package === undefined ? '' : `export * from '${contender.package}';`;
  const sourceWithDefault = ['ours', 'partysocket', 'reconnecting_websocket'].includes(contender.file)
    ? `${source} export { default } from '${contender.package ?? ''}';`
    : source;
  return bundle(sourceWithDefault, contender, { format: 'esm', platform: 'browser' });
}
