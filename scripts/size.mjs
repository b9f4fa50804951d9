// Owns the answer to what the package costs to download. Usage: size.mjs [--check], which fails beyond the budgets.
import { main } from './support/run.mjs';
import { heldAgainstBudgets, sizes } from './support/sizes.mjs';

await main(async () => {
  const rows = await sizes();
  const width = Math.max(...rows.map(({ name }) => name.length)) + 3;
  console.log('file'.padEnd(width) + 'bytes     gzip -9   brotli 11');
  for (const { name, bytes, gzip, brotli } of rows) {
    const columns = [bytes, gzip, brotli].map((size) => String(size).padEnd(10));
    console.log(name.padEnd(width) + columns.join(''));
  }
  if (!process.argv.includes('--check')) return 0;
  const verdicts = heldAgainstBudgets(rows);
  for (const { text } of verdicts) console.log(text);
  return verdicts.every(({ isKept }) => isKept) ? 0 : 1;
});
