// Checks the built package on other platforms than browsers: Node (the newest of each line, with its own WebSocket and
// with the npm package ws), Bun, Deno, and Hermes. Usage: platforms.mjs [NAME …]. It installs them from npm into
// build/platforms.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startServers } from '../tests/platforms/servers.mjs';
import { buildPackage } from './build.mjs';
import { prepare } from './prepare.mjs';
import { hermesPackages, runInHermes } from './support/hermes.mjs';
import { capture, main, root, run } from './support/run.mjs';

const folder = join(root, 'build/platforms');
const wsUrl = pathToFileURL(join(createRequire(import.meta.url).resolve('ws'), '../wrapper.mjs')).href;
const installed = (name, program) => join(folder, 'node_modules', name, 'bin', program);

/** The npm packages, by the names that they get. Bun 1.2's binaryType refuses 'blob'. */
const packages = {
  node22: 'npm:node@22.23.3',
  node24: 'npm:node@24.21.0',
  node26: 'npm:node@26.10.0',
  bun: 'npm:bun@1.4.5',
  bun12: 'npm:bun@1.2.0',
  deno: 'npm:deno@2.9.6',
  ...hermesPackages,
};

/** Each platform's command, and whether it has no WebSocket of its own. */
const platforms = {
  'this Node with ws': { command: [process.execPath], needsWs: true },
  'Node 22': { command: [installed('node22', 'node')] },
  'Node 22 with ws': { command: [installed('node22', 'node')], needsWs: true },
  'Node 24': { command: [installed('node24', 'node')] },
  'Node 26': { command: [installed('node26', 'node')] },
  Bun: { command: [installed('bun', 'bun.exe')] },
  'Bun 1.2': { command: [installed('bun12', 'bun.exe')] },
  Deno: { command: [join(folder, 'node_modules/deno/deno'), 'run', '--allow-all'] },
  // The engine has no sockets. Its checks are in tests/platforms/hermes.
  Hermes: {},
};

async function install() {
  const manifest = join(folder, 'package.json');
  const record = join(folder, 'installed.json');
  const text = JSON.stringify({ private: true, dependencies: packages });
  if (existsSync(record) && readFileSync(record, 'utf8') === text) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(manifest, text);
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder]);
  writeFileSync(record, text);
}

/** Runs the checks on a platform; resolves to {code, output}. */
function runChecks({ command: [program, ...args], needsWs }, { urls }) {
  return capture('timeout', [
    ...['60', program, ...args],
    join(root, 'tests/platforms/checks.mjs'),
    pathToFileURL(join(root, 'dist/index.js')).href,
    JSON.stringify(urls),
    ...(needsWs ? [wsUrl] : []),
  ]);
}

await main(async () => {
  const names = process.argv.slice(2);
  await prepare(['build']);
  await buildPackage();
  await install();
  const servers = await startServers();
  let [passed, failed] = [0, 0];
  for (const [name, platform] of Object.entries(platforms)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const { code, output } = await (platform.command ? runChecks(platform, servers) : runInHermes(folder));
    console.log(`${name}\n${output.replace(/^/gm, '  ').trimEnd()}`);
    passed += output.match(/^ok /gm)?.length ?? 0;
    failed += output.match(/^FAILED /gm)?.length ?? 0;
    if (code !== 0 && !/^FAILED /m.test(output)) failed += 1;
  }
  servers.close();
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
});
