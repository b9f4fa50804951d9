// Installs what the build and the tests need: Debian packages, and the npm packages of the lock file. Where
// it has no right to install, it prints the command.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandFailed, exitCodeOf, hasProgram, main, root, run } from './support/run.mjs';

const program = (name) => () => hasProgram(name);
const file = (path) => () => existsSync(path);

function hasSanitizerRuntime() {
  const folder = '/usr/lib/llvm-14/lib/clang';
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((version) => {
    const libraries = join(folder, version, 'lib/linux');
    return (
      existsSync(libraries) && readdirSync(libraries).some((name) => name.startsWith('libclang_rt.asan-'))
    );
  });
}

/** For each need: the Debian packages, each with a function that checks whether it is installed. */
const needs = {
  build: {
    emscripten: program('em++'),
    cmake: program('cmake'),
    'ninja-build': program('ninja'),
    'nlohmann-json3-dev': file('/usr/include/nlohmann/json.hpp'),
    python3: program('python3'),
  },
  native: {
    'g++': program('g++'),
    'clang-14': program('clang++-14'),
    'libclang-rt-14-dev': hasSanitizerRuntime,
    'libgtest-dev': file('/usr/include/gtest/gtest.h'),
    cmake: program('cmake'),
    'ninja-build': program('ninja'),
    'nlohmann-json3-dev': file('/usr/include/nlohmann/json.hpp'),
  },
  bench: { 'libbenchmark-dev': file('/usr/include/benchmark/benchmark.h') },
  browser: { chromium: program('chromium') },
  firefox: { 'firefox-esr': program('firefox-esr') },
  webkit: {
    'webkit2gtk-driver': program('WebKitWebDriver'),
    xvfb: program('Xvfb'),
    xdotool: program('xdotool'),
  },
  proxies: {
    'nginx-light': program('nginx'),
    haproxy: program('haproxy'),
    'python3-websockets': file('/usr/lib/python3/dist-packages/websockets/__init__.py'),
    nftables: program('nft'),
    iproute2: program('ip'),
    openssl: program('openssl'),
  },
  sessions: {
    'redis-server': program('redis-server'),
    haproxy: program('haproxy'),
    'python3-redis': file('/usr/lib/python3/dist-packages/redis/__init__.py'),
    'python3-starlette': file('/usr/lib/python3/dist-packages/starlette/__init__.py'),
    'python3-fastapi': file('/usr/lib/python3/dist-packages/fastapi/__init__.py'),
    uvicorn: file('/usr/lib/python3/dist-packages/uvicorn/__init__.py'),
    'python3-websockets': file('/usr/lib/python3/dist-packages/websockets/__init__.py'),
  },
  lint: { 'clang-format-14': program('clang-format-14'), 'clang-tidy-14': program('clang-tidy-14') },
};

function missingPackages(wanted) {
  const packages = new Set();
  for (const need of wanted) {
    for (const [name, isInstalled] of Object.entries(needs[need])) if (!isInstalled()) packages.add(name);
  }
  return [...packages];
}

/** The command prefix for running apt-get as root, or undefined if that is not possible. */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (!hasProgram('sudo')) return undefined;
  return (await exitCodeOf('sudo', ['-n', 'true'])) === 0 ? ['sudo', '-n'] : undefined;
}

async function installPackages(packages) {
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const prefix = hasProgram('apt-get') ? await rootPrefix() : undefined;
  if (!prefix) {
    const error = new CommandFailed(
      `These Debian packages are missing, and there is no right to install them:\n  ${packages.join(' ')}\n` +
        `Install them, then run this again:\n  sudo apt-get update && sudo apt-get ${install.join(' ')}`,
    );
    error.exitCode = 2;
    throw error;
  }
  console.log(`Installing Debian packages: ${packages.join(' ')}`);
  const aptGet = (args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return exitCodeOf(command, rest);
  };
  // Mirrors fail now and then, so each step has a second try.
  const twice = async (args) => (await aptGet(args)) === 0 || (await aptGet(args)) === 0;
  if (!(await twice(['update', '-q'])) || !(await twice(install))) {
    throw new CommandFailed(`apt-get could not install: ${packages.join(' ')}`);
  }
}

/** Whether node_modules has the versions of the lock file (packages for other platforms may be missing). */
function isNodeModulesCurrent() {
  const installedLock = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || (entry.optional && !installed[path])) return true;
    return installed[path]?.version === entry.version && installed[path]?.integrity === entry.integrity;
  });
}

/** Installs what is missing for these needs (keys of `needs`), and the npm packages. */
export async function prepare(wanted) {
  const missing = missingPackages(wanted);
  if (missing.length > 0) {
    await installPackages(missing);
    const stillMissing = missingPackages(wanted);
    if (stillMissing.length > 0)
      throw new CommandFailed(`Installed, but not found: ${stillMissing.join(' ')}`);
  }
  if (!isNodeModulesCurrent()) await run('npm', ['ci', '--no-audit', '--no-fund']);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((need) => !(need in needs));
  await main(async () => {
    if (unknown.length > 0)
      throw new CommandFailed(`Unknown: ${unknown.join(' ')}; known: ${Object.keys(needs).join(' ')}`);
    await prepare(wanted.length > 0 ? wanted : Object.keys(needs));
  });
}
