// The static checks of the code. Usage: lint.mjs [NAME…]; without names, all of them.
import { pathToFileURL } from 'node:url';
import { makeDocs } from './docs.mjs';
import { prepare } from './prepare.mjs';
import { clangTidy } from './support/clang_tidy.mjs';
import { CommandFailed, exitCodeOf, main } from './support/run.mjs';
import { cppFiles, unlistedSources } from './support/sources.mjs';

const node = (script, ...args) => exitCodeOf(process.execPath, [`node_modules/${script}`, ...args]);

/** That every name that a script imports exists: tsc does not read the scripts. */
async function scriptImports() {
  // Not above: this file is loaded before the packages are installed.
  const { build } = await import('esbuild');
  const entryPoints = ['scripts/*.mjs'];
  const bundling = { bundle: true, platform: 'node', format: 'esm', packages: 'external' };
  await build({ entryPoints, ...bundling, outdir: 'build/scripts', write: false });
  return 0;
}

/** The checks by name; each resolves to an exit code. */
const checks = {
  'source lists': () => {
    const unlisted = unlistedSources();
    for (const path of unlisted) console.error(`${path} is in no CMakeLists.txt`);
    return unlisted.length === 0 ? 0 : 1;
  },
  'clang-format': () => exitCodeOf('clang-format-14', ['--dry-run', '-Werror', ...cppFiles()]),
  prettier: () => node('prettier/bin/prettier.cjs', '--check', '.'),
  tsc: () => node('typescript/bin/tsc', '--noEmit'),
  'comments of the public symbols': () => makeDocs({ checkOnly: true }),
  'imports of the scripts': scriptImports,
  eslint: () => node('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  'clang-tidy': clangTidy,
};

/** Runs the checks, also after one has failed; resolves to {passed, failed}, two lists of names. */
export async function lint(names = Object.keys(checks)) {
  const passed = [];
  const failed = [];
  for (const name of names) {
    console.log(`-- ${name}`);
    const ok = await Promise.resolve(checks[name]()).then(
      (code) => code === 0,
      (error) => void console.error(error instanceof CommandFailed ? error.message : error),
    );
    (ok ? passed : failed).push(name);
  }
  console.log(failed.length === 0 ? 'lint: all clean' : `lint: failed: ${failed.join(', ')}`);
  return { passed, failed };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const names = process.argv.slice(2);
    const unknown = names.filter((name) => !(name in checks));
    if (unknown.length > 0)
      throw new CommandFailed(
        `Unknown check: ${unknown.join(', ')}; possible: ${Object.keys(checks).join(', ')}`,
      );
    await prepare(['build', 'native', 'lint']);
    const { failed } = await lint(names.length > 0 ? names : undefined);
    return failed.length === 0 ? 0 : 1;
  });
}
