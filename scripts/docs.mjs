// Writes the API reference into build/docs/, made by TypeDoc from the comments of the sources. It fails if a public
// symbol has no comment. Usage: docs.mjs [--check]; with --check it only checks.
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { exitCodeOf, main } from './support/run.mjs';

/** Resolves to an exit code; the settings are in typedoc.json. */
export function makeDocs({ checkOnly = false } = {}) {
  const args = ['node_modules/typedoc/bin/typedoc', ...(checkOnly ? ['--emit', 'none'] : [])];
  return exitCodeOf(process.execPath, args);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await prepare([]);
    return makeDocs({ checkOnly: process.argv.includes('--check') });
  });
}
