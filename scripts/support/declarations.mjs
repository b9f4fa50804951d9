// Owns the package's .d.ts files: tsc writes one for each source, and only those that users can reach are kept, once
// for `import` (.d.ts) and once for `require` (.d.cts).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFresh } from './freshness.mjs';
import { CommandFailed, root, run } from './run.mjs';
import { filesBelow } from './sources.mjs';

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

function writeDeclaration(path, text) {
  const target = join(root, 'dist', path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** Writes the declarations into dist/ if they are older than their sources. */
export async function buildDeclarations() {
  const inputs = ['web', 'demo/websocket-demo.ts', 'tsconfig.json', 'tsconfig.build.json', 'scripts/support'];
  if (isFresh(['dist/index.d.ts', 'dist/index.d.cts', 'dist/demo/websocket-demo.d.ts'], inputs)) return;
  rmSync(join(root, 'build/types'), { recursive: true, force: true });
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.build.json']);
  // Declarations of an earlier build would go out with the package.
  for (const path of filesBelow('dist', ['.d.ts', '.d.cts'])) rmSync(join(root, path));
  for (const path of reachable('web/index.d.ts')) {
    const text = readFileSync(join(root, 'build/types', path), 'utf8');
    const published = path.replace(/^web\//, '');
    writeDeclaration(published, text);
    const commonJs = text.replace(
      specifier,
      (_, before, target, after) =>
        before + (target.startsWith('.') ? target.replace(/\.js$/, '.cjs') : target) + after,
    );
    writeDeclaration(published.replace(/\.d\.ts$/, '.d.cts'), commonJs);
  }
  const demo = 'demo/websocket-demo.d.ts';
  writeDeclaration(demo, readFileSync(join(root, 'build/types', demo), 'utf8'));
}
