// Owns loading entries of the package in a bare Node. Usage: load.cjs import|require ENTRY…
// Prints, as JSON, the names that each entry exports and what loading it did to the platform.
const watcher = require('./watch.cjs');

const [how, ...entries] = process.argv.slice(2);
const load = { import: (name) => import(name), require: (name) => require(name) }[how];

function hasReact() {
  try {
    return Boolean(require.resolve('react'));
  } catch {
    return false;
  }
}

async function main() {
  // What React itself does is its own business, and a consumer without it has nothing to load.
  if (hasReact()) await load('react/jsx-runtime');
  watcher.watch();
  const exported = {};
  for (const name of entries) exported[name] = Object.keys(await load(name)).sort();
  console.log(JSON.stringify({ exported, touched: watcher.report() }));
}

main();
