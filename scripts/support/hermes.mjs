// Checks the package in Hermes, the engine of React Native. Metro bundles the checks, so that it also resolves the
// package's entries as it does for an application.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageName } from './entries.mjs';
import { capture, root } from './run.mjs';

/** The npm packages that it needs. 0.12.0 is the last version of hermes-engine-cli; React Native 0.70 has it. */
export const hermesPackages = {
  'hermes-engine-cli': '0.12.0',
  metro: '0.84.6',
  '@react-native/babel-preset': '0.86.3',
  '@babel/core': '7.29.13',
  react: '19.3.1',
};

/** Bundles the checks with the built package. `folder` has the npm packages. Resolves to the script's path. */
async function bundle(folder) {
  const installed = join(folder, 'node_modules', packageName);
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  for (const name of ['dist', 'package.json']) {
    cpSync(join(root, name), join(installed, name), { recursive: true });
  }
  cpSync(join(root, 'tests/platforms/hermes'), join(folder, 'hermes'), { recursive: true });
  writeFileSync(
    join(folder, 'babel.config.js'),
    "module.exports = { presets: ['@react-native/babel-preset'] };\n",
  );
  const metro = createRequire(join(folder, 'package.json'))('metro');
  const { resolver } = await metro.loadConfig({ cwd: folder });
  const config = await metro.loadConfig(
    { cwd: folder, resetCache: true },
    {
      projectRoot: folder,
      // The condition of React Native's settings, and the ending of the checks.
      resolver: { unstable_conditionNames: ['react-native'], sourceExts: [...resolver.sourceExts, 'mjs'] },
      reporter: { update: () => undefined },
    },
  );
  const script = join(folder, 'hermes/bundle.js');
  await metro.runBuild(config, { entry: 'hermes/checks.mjs', dev: false, minify: false, out: script });
  return script;
}

/** Resolves to {code, output}, with a line for each check. */
export async function runInHermes(folder) {
  const script = await bundle(folder);
  const program = join(folder, 'node_modules/hermes-engine-cli/linux64-bin/hermes');
  const { code, output } = await capture('timeout', ['60', program, '-w', script]);
  // If a promise never resolves, the script ends without an error and without this line.
  return { code: code === 0 && !/^end$/m.test(output) ? 1 : code, output };
}
