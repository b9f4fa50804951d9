// Formats all files of the project.
import { prepare } from './prepare.mjs';
import { main, run } from './support/run.mjs';
import { cppFiles } from './support/sources.mjs';

await main(async () => {
  await prepare(['lint']);
  await run('clang-format-14', ['-i', ...cppFiles()]);
  await run(process.execPath, [
    'node_modules/prettier/bin/prettier.cjs',
    '--write',
    '--log-level',
    'warn',
    '.',
  ]);
});
