// Owns a trial that has a page of its own, which may be hidden, frozen and left without harm to other trials.
import type { Engine } from './engines/engine.js';
import type { RigHost } from './rig/host.js';
import { RigPage } from './rig/rig_page.js';
import { Trial } from './trial.js';

export interface LonePage {
  readonly rig: RigPage;
  readonly trial: Trial;
  /** Whether the page is the one that was left, rather than a new one in its place. */
  readonly isRestored: () => Promise<boolean>;
}

export async function onLonePage(
  engine: Engine,
  host: RigHost,
  what: string,
  body: (page: LonePage) => Promise<void>,
): Promise<void> {
  const rig = await RigPage.open(engine, host.url);
  const trial = await Trial.prepare(what, { engine: engine.name, library: 'ours', rig });
  const countFrames = 'Object.keys(globalThis.rig?.frames ?? {}).length';
  const isRestored = async (): Promise<boolean> => (await rig.page.evaluate<number>(countFrames)) > 0;
  await body({ rig, trial, isRestored }).finally(() => rig.close());
}
