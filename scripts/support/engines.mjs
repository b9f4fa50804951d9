// The browser engines, and which of them `npm test` uses: Chromium by default, all of them in CI.
import { CommandFailed } from './run.mjs';

export const engines = ['chromium', 'firefox', 'webkit'];

/** Parses a list such as `chromium,webkit`. */
export function parseEngines(list) {
  const names = list.split(',');
  const unknown = names.filter((name) => !engines.includes(name));
  if (unknown.length > 0) throw new CommandFailed(`Unknown engine: ${unknown}; possible: ${engines}`);
  return names;
}

/** The engines in RWS_ENGINES; otherwise all if CI is set, else Chromium. */
export function enginesToTest({ RWS_ENGINES, CI } = process.env) {
  if (RWS_ENGINES) return parseEngines(RWS_ENGINES);
  return CI && CI !== 'false' ? engines : ['chromium'];
}

/** The needs (keys in prepare.mjs) of these engines. */
export function engineNeeds(names) {
  return names.map((name) => (name === 'chromium' ? 'browser' : name));
}
