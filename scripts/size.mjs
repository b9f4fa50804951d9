// Prints the download sizes of the package. Usage: size.mjs [--check | --report | --speed]
//   --check     fails if a limit is exceeded
//   --report    writes docs/size.md
//   --speed     compares the speed of the entry ./no-wasm with that of the main entry, instead of sizes
import { compareCores, speedTable } from './support/core_speed.mjs';
import { main } from './support/run.mjs';
import { writeSizeReport } from './support/size_report.mjs';
import { checkBudgets, sizes } from './support/sizes.mjs';

await main(async () => {
  if (process.argv.includes('--speed')) {
    console.log(speedTable(await compareCores()));
    return 0;
  }
  const rows = await sizes();
  const width = Math.max(...rows.map(({ name }) => name.length)) + 3;
  console.log('file'.padEnd(width) + 'bytes     gzip -9   brotli 11');
  for (const { name, bytes, gzip, brotli } of rows) {
    const columns = [bytes, gzip, brotli].map((size) => String(size).padEnd(10));
    console.log(name.padEnd(width) + columns.join(''));
  }
  if (process.argv.includes('--report')) await writeSizeReport();
  if (!process.argv.includes('--check')) return 0;
  const results = checkBudgets(rows);
  for (const { text } of results) console.log(text);
  return results.every(({ isWithinBudget }) => isWithinBudget) ? 0 : 1;
});
