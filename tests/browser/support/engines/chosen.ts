// Owns the choice of engines for a run: Chromium alone unless RWS_ENGINES names others.
// Refuses names it does not know.
import { launchChromium } from './chromium.js';
import type { Engine, EngineName } from './engine.js';
import { launchFirefox } from './firefox.js';
import { launchWebkit } from './webkit.js';

const launchers: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebkit,
};

function isEngine(name: string): name is EngineName {
  return name in launchers;
}

export const chosenEngines: readonly EngineName[] = (process.env['RWS_ENGINES'] ?? 'chromium')
  .split(',')
  .map((name) => {
    if (!isEngine(name))
      throw new RangeError(`No such engine: ${name}; there are: ${Object.keys(launchers).join(', ')}`);
    return name;
  });

export function launchEngine(name: EngineName): Promise<Engine> {
  return launchers[name]();
}
