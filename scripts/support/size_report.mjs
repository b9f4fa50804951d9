// Writes docs/size.md: what an application downloads, of which parts it consists, and the limits.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shared } from './bundles.mjs';
import { compareCores, speedTable } from './core_speed.mjs';
import { capture, root } from './run.mjs';
import { budgets, sizes, toRow } from './sizes.mjs';

const introduction = `# Download sizes

Written by \`npm run size -- --report\`. Sizes are in bytes: as they are, after gzip at level 9 and after brotli at quality 11.
\`npm test\` fails when a file is larger than its limit in \`scripts/support/size_budgets.json\`.
`;

const builtBy = { debian: 'build/wasm/core.mjs', newest: 'build/other_core/core.mjs' };

function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

const columns = ({ bytes, gzip, brotli }) => [bytes, gzip, brotli];

/** The bundle of the client with this core, or without any. */
async function bundleClient(core) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...shared,
    entryPoints: ['web/index.ts'],
    format: 'esm',
    ...(core ? { alias: { '#core': join(root, core) } } : { external: ['#core'] }),
    write: false,
  });
  return Buffer.from(outputFiles[0].contents);
}

/** Rows of the client's parts. Each is compressed by itself, so that together they are larger than the client. */
async function parts() {
  const core = readFileSync(join(root, builtBy.debian));
  const wasm = readFileSync(join(root, 'build/wasm/wasm_bindings/core.wasm'));
  return [
    toRow('WebAssembly module and glue, as JavaScript (`build/wasm/core.mjs`)', core),
    toRow('of it the module, as binary (`core.wasm`)', wasm),
    toRow('TypeScript class (`web`)', await bundleClient()),
  ];
}

async function versionOfEmscripten() {
  const { output } = await capture('em++', ['--version']);
  return /\d+\.\d+\.\d+/.exec(output)?.[0];
}

/** A line on the client that another version of Emscripten has built, if \`npm run build:sid\` has run. */
async function otherVersion() {
  if (!existsSync(join(root, builtBy.newest))) return '';
  const { brotli } = toRow('', await bundleClient(builtBy.newest));
  const version = readFileSync(join(root, 'build/other_core/version.txt'), 'utf8').trim();
  return `\nWith Emscripten ${version} (\`npm run build:sid\`) dist/index.js has ${brotli} bytes after brotli.\n`;
}

export async function writeSizeReport() {
  const files = table(
    ['what', 'bytes', 'gzip', 'brotli', 'limit'],
    (await sizes()).map((row) => [row.name, ...columns(row), budgets[row.name] ?? '']),
  );
  const partTable = table(
    ['part of the client', 'bytes', 'gzip', 'brotli'],
    (await parts()).map((row) => [row.name, ...columns(row)]),
  );
  const text = `${introduction}
${files}

The rows "without core" are what an application downloads beyond the client when it uses these exports of \`./react\`.
\`dist/no-wasm.js\` is what the entry \`./no-wasm\` adds to the main entry, which it imports.

## The client

Built by Emscripten ${await versionOfEmscripten()}. Each part is compressed by itself, so that together they are larger than the client.

${partTable}
${await otherVersion()}
## The core as JavaScript

The entry \`./no-wasm\` has the same core, translated to JavaScript. \`npm run size -- --speed\` compares its speed with that of
WebAssembly in Node. The values are medians. The ratio is the median of the ratios of all rounds; it depends less on the
machine than the values.

${speedTable(await compareCores())}
`;
  writeFileSync(join(root, 'docs/size.md'), text);
}
