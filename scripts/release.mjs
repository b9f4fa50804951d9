// Publishes the package. Before that it names everything that is missing for a release, and refuses.
// Usage: release.mjs [--check] [ARGUMENTS OF npm publish…], for example --dry-run. With --check it only checks.
import { existsSync, readFileSync } from 'node:fs';
import { main, run } from './support/run.mjs';

/** The fields of package.json that only the owner of the repository knows, each with what it must look like. */
const addresses = {
  repository: ({ url } = {}) => isAddress(url) || 'an object with the `url` of the repository',
  homepage: (url) => isAddress(url) || 'a URL',
  bugs: ({ url, email } = {}) => isAddress(url) || Boolean(email) || 'an object with a `url` or an `email`',
};

function isAddress(text) {
  return typeof text === 'string' && /^(git\+)?(https?|ssh|git):\/\/\S+$/.test(text);
}

/** What is missing for a release of the package in this folder: one line for each problem. */
function problems() {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const missing = Object.entries(addresses).flatMap(([field, check]) => {
    const rule = check(manifest[field]);
    return rule === true ? [] : [`package.json: ${field} is missing: ${rule}`];
  });
  if (manifest.publishConfig?.access !== 'public') {
    missing.push('package.json: publishConfig.access is not "public": npm would refuse a scoped package');
  }
  const changes = existsSync('CHANGELOG.md') ? readFileSync('CHANGELOG.md', 'utf8') : '';
  const heading = changes.split('\n').find((line) => line.startsWith(`## [${manifest.version}]`));
  if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading ?? '')) {
    missing.push(`CHANGELOG.md: no section "## [${manifest.version}] - YYYY-MM-DD"`);
  }
  return missing;
}

await main(async () => {
  const found = problems();
  for (const problem of found) console.error(problem);
  if (found.length > 0) {
    console.error('Nothing was published.');
    return 1;
  }
  const args = process.argv.slice(2);
  if (!args.includes('--check')) await run('npm', ['publish', ...args]);
  return 0;
});
