// The JavaScript files of the package. Every module is in one entry only, which the others import: a page has one core
// and one cache of connections.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { entries, packageName, styles } from './entries.mjs';
import { isFresh } from './freshness.mjs';
import { CommandFailed, root } from './run.mjs';
import { filesBelow } from './sources.mjs';
import { joinedStyles } from './styles.mjs';

/** What every bundle has in common. */
export const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'neutral',
  // Names of package.json fields for dependencies' entry points; `neutral` knows none.
  mainFields: ['module', 'main'],
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  jsx: 'automatic',
  // An application may serve a bundle in the charset of its page, windows-1251 say. After compression this costs little.
  charset: 'ascii',
};

const formats = [
  { format: 'esm', ending: '.js' },
  // There is no import.meta in CommonJS.
  { format: 'cjs', ending: '.cjs', define: { 'import.meta.env': 'undefined' } },
];

/** Expressions that the builds of applications substitute: they must be in the bundles as they are in the source. */
const substituted = {
  esm: ['process.env.REACT_APP_WS_URL', 'import.meta.env?.VITE_WS_URL'],
  cjs: ['process.env.REACT_APP_WS_URL'],
};

/** In addition, for bundles that use React. */
const forReact = {
  // React's warnings and tools need the names, and stack traces too. Applications minify what they deploy.
  minify: false,
  // Frameworks that render on a server look for the directive in the first line.
  banner: { js: "'use client';" },
};

/** In addition, for bundles that run in Node: stack traces of a server keep the names. */
const forNode = { external: ['node:*'], minify: false };

/** The specifier by which one entry's file imports another's. */
function importOf(from, to, ending) {
  const path = relative(dirname(from.name), to.name);
  return (path.startsWith('.') ? path : `./${path}`) + ending;
}

/** A bundle imports the files of the other entries instead of containing them. */
function otherEntriesOutside(entry, ending) {
  return {
    name: 'other-entries-outside',
    setup(build) {
      build.onResolve({ filter: /^[.@]/ }, async ({ path, pluginData, ...rest }) => {
        if (pluginData === 'resolving' || rest.kind === 'entry-point') return undefined;
        const found = await build.resolve(path === packageName ? join(root, 'web/index.ts') : path, {
          ...rest,
          pluginData: 'resolving',
        });
        const other = entries.find(({ source }) => source === relative(root, found.path));
        if (!other || other === entry) return found;
        return { path: importOf(entry, other, ending), external: true };
      });
    },
  };
}

const reactNamespace = 'react-once';

/** A bundle imports React once, however many of its modules do, and only the names that are listed. */
function reactOnce({ react = {} }) {
  return {
    name: reactNamespace,
    setup(build) {
      build.onResolve({ filter: /^react(\/|$)/ }, ({ path, namespace }) =>
        namespace === reactNamespace || !react[path]
          ? { path, external: true }
          : { path, namespace: reactNamespace },
      );
      build.onLoad({ filter: /./, namespace: reactNamespace }, ({ path }) => ({
        contents: `export { ${react[path]} } from '${path}';`,
      }));
    },
  };
}

const generatedSource = {
  version: 3,
  sources: ['core.mjs'],
  sourcesContent: ['// Built by Emscripten and Binaryen from src/ and wasm_bindings/.\n'],
  mappings: 'AAAA',
};

/** In source maps the built core is one line that says so: its text is generated, and as large as the bundle. */
const coreWithoutSource = {
  name: 'core-without-source',
  setup(build) {
    build.onLoad({ filter: /\/build\/wasm\/\w*core\.mjs$/ }, ({ path }) => {
      const map = encodeURIComponent(JSON.stringify(generatedSource));
      return {
        contents: `${readFileSync(path, 'utf8')}\n//# sourceMappingURL=data:application/json,${map}`,
      };
    });
  },
};

/** Fails on imports that an entry must not have: React in the core, the core in the status component. */
function checkImports(entry, ending, imports) {
  const others = entries.filter(({ name }) => entry.uses.includes(name));
  const allowed = others.map((other) => importOf(entry, other, ending));
  if (entry.node) allowed.push(...entry.node);
  const refused = imports.filter(({ path }) => !allowed.includes(path) && !entry.react?.[path]);
  if (refused.length > 0) {
    throw new CommandFailed(`dist/${entry.name} imports ${refused.map(({ path }) => path).join(', ')}`);
  }
}

/** Fails on a module in two entries. `owners`: the entry of each module so far. */
function checkOwner({ name }, inputs, owners) {
  for (const [module, { bytesInOutput }] of Object.entries(inputs)) {
    if (bytesInOutput === 0 || module.startsWith(reactNamespace)) continue;
    const owner = owners.get(module) ?? name;
    if (owner !== name) throw new CommandFailed(`${module} is in dist/${owner} and in dist/${name}`);
    owners.set(module, name);
  }
}

function checkSubstituted(format, ending) {
  const text = entries
    .filter(({ react }) => react)
    .map(({ name }) => readFileSync(join(root, `dist/${name}${ending}`), 'utf8'))
    .join('\n');
  const lost = substituted[format].filter((expression) => !text.includes(expression));
  if (lost.length > 0) throw new CommandFailed(`lost in dist/*${ending}: ${lost.join(', ')}`);
}

async function bundleAll(build, { format, ending, define }) {
  const owners = new Map();
  for (const entry of entries) {
    const { metafile } = await build({
      ...shared,
      ...(define && { define }),
      format,
      entryPoints: [entry.source],
      outfile: `dist/${entry.name}${ending}`,
      plugins: [reactOnce(entry), otherEntriesOutside(entry, ending), coreWithoutSource],
      // Beside the file, which does not name it: the comment would cost every page its bytes.
      sourcemap: 'external',
      ...(entry.react && forReact),
      ...(entry.node && forNode),
      metafile: true,
    });
    for (const { imports, inputs } of Object.values(metafile.outputs)) {
      checkImports(entry, ending, imports);
      checkOwner(entry, inputs, owners);
    }
  }
  checkSubstituted(format, ending);
}

/** Builds the package's JavaScript and joins its style sheet if any of it is older than its sources. */
export async function buildBundles() {
  const outputs = entries
    .flatMap(({ name }) => formats.map(({ ending }) => `dist/${name}${ending}`))
    .flatMap((path) => [path, `${path}.map`]);
  const inputs = [
    ...['web', 'server/node', 'demo/websocket-demo.ts', 'build/styles.mjs', 'package.json'],
    ...['core', 'translated_core'].map((name) => `build/wasm/${name}.mjs`),
    ...['bundles', 'entries', 'styles'].map((name) => `scripts/support/${name}.mjs`),
  ];
  if (isFresh([...outputs, styles.output], inputs)) return;
  // Files of an earlier build would go out with the package.
  for (const path of filesBelow('dist', ['.js', '.cjs', '.css', '.map'])) {
    if (!outputs.includes(path) && path !== styles.output) rmSync(join(root, path));
  }
  const { build } = await import('esbuild');
  for (const format of formats) await bundleAll(build, format);
  writeFileSync(join(root, styles.output), joinedStyles(styles.source));
}
