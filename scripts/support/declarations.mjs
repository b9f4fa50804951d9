// The package's .d.ts files: tsc writes one for each source. Only those that users can reach are published, once for
// `import` (.d.ts) and once for `require` (.d.cts).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entries, styles } from './entries.mjs';
import { isFresh } from './freshness.mjs';
import { CommandFailed, root, run } from './run.mjs';
import { filesBelow } from './sources.mjs';

/** One for the page, which has no types of Node, and one for the server, which has none of the DOM. */
const projects = ['tsconfig.build.json', 'tsconfig.server.json'];

const specifier = /((?:from|import\()\s*['"])([^'"]+)(['"])/g;

/** Paths, below build/types, of all declarations that the given one leads to, itself included. */
function reachable(entry, found = new Set()) {
  if (found.has(entry)) return found;
  found.add(entry);
  const text = readFileSync(join(root, 'build/types', entry), 'utf8');
  for (const [, , target] of text.matchAll(specifier)) {
    if (target.startsWith('.')) reachable(join(dirname(entry), target.replace(/\.js$/, '.d.ts')), found);
    if (target.startsWith('#'))
      throw new CommandFailed(`${entry}: the public types must not lead to ${target}`);
  }
  return found;
}

/** Where the declarations of a source are published: dist/types has the folders of web/, demo/ and server/. */
export function publishedDeclaration(source) {
  return `dist/types/${source.replace(/^web\//, '').replace(/\.tsx?$/, '.d.ts')}`;
}

function writeDeclaration(path, text) {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** Writes the declarations into dist/ if they are older than their sources. */
export async function buildDeclarations() {
  const inputs = [
    ...['web', 'server/node', 'demo/websocket-demo.ts'],
    ...['tsconfig.json', ...projects, 'scripts/support'],
  ];
  const outputs = entries.map(({ source }) => publishedDeclaration(source));
  const commonJsOutputs = outputs.map((path) => path.replace(/\.ts$/, '.cts'));
  if (isFresh([...outputs, ...commonJsOutputs, styles.declaration], inputs)) return;
  rmSync(join(root, 'build/types'), { recursive: true, force: true });
  for (const project of projects) {
    await run(process.execPath, ['node_modules/typescript/bin/tsc', '--project', project]);
  }
  // Declarations of an earlier build would go out with the package.
  for (const path of filesBelow('dist', ['.d.ts', '.d.cts'])) rmSync(join(root, path));
  const found = new Set();
  for (const { source } of entries) reachable(source.replace(/\.tsx?$/, '.d.ts'), found);
  for (const path of found) {
    const text = readFileSync(join(root, 'build/types', path), 'utf8');
    const published = publishedDeclaration(path.replace(/\.d\.ts$/, '.ts'));
    writeDeclaration(published, text);
    const commonJs = text.replace(
      specifier,
      (_, before, target, after) =>
        before + (target.startsWith('.') ? target.replace(/\.js$/, '.cjs') : target) + after,
    );
    writeDeclaration(published.replace(/\.d\.ts$/, '.d.cts'), commonJs);
  }
  // An import of the style sheet must type-check without the declarations of a bundler.
  writeDeclaration(styles.declaration, 'export {};\n');
}
