// Loads entries of the package in Node without other modules. Usage: load.cjs import|require ENTRY…
// Prints as JSON the names that each entry exports, and the side effects of loading it.
const monitor = require('./monitor.cjs');

const [method, ...entries] = process.argv.slice(2);
const load = { import: (name) => import(name), require: (name) => require(name) }[method];

function hasReact() {
  try {
    return Boolean(require.resolve('react'));
  } catch {
    return false;
  }
}

async function main() {
  // Loaded before monitoring starts, because React's own side effects do not count. A consumer without React
  // skips this.
  if (hasReact()) await load('react/jsx-runtime');
  monitor.start();
  const exported = {};
  for (const name of entries) exported[name] = Object.keys(await load(name)).sort();
  console.log(JSON.stringify({ exported, sideEffects: monitor.report() }));
}

main();
