// The engines of this run: those named by RWS_ENGINES, separated by commas. Default: Chromium only.
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
      throw new RangeError(
        `Unknown engine ${name} in RWS_ENGINES; possible: ${Object.keys(launchers).join(', ')}`,
      );
    return name;
  });

export function launchEngine(name: EngineName): Promise<Engine> {
  return launchers[name]();
}
