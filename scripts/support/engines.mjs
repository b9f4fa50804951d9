// Owns the names of the browser engines, and which of them `npm test` opens: Chromium for a developer, all in a CI.
import { CommandFailed } from './run.mjs';

export const engines = ['chromium', 'firefox', 'webkit'];

/** A list such as `chromium,webkit`, checked. */
export function enginesNamed(list) {
  const names = list.split(',');
  const unknown = names.filter((name) => !engines.includes(name));
  if (unknown.length > 0) throw new CommandFailed(`No such engine: ${unknown}; there are: ${engines}`);
  return names;
}

/** RWS_ENGINES names them; else CI, which is set wherever changes are checked, asks for all. */
export function enginesToTest({ RWS_ENGINES, CI } = process.env) {
  if (RWS_ENGINES) return enginesNamed(RWS_ENGINES);
  return CI && CI !== 'false' ? engines : ['chromium'];
}

/** What must be on the machine for these engines: keys of the needs of prepare.mjs. */
export function needsOf(names) {
  return names.map((name) => (name === 'chromium' ? 'browser' : name));
}
