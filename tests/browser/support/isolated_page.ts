// Runs an experiment on a page of its own, which can be hidden, frozen or left without affecting other
// experiments.
import type { Engine } from './engines/engine.js';
import { Experiment } from './experiment.js';
import type { TestPageServer } from './test_page/server.js';
import { TestPage } from './test_page/test_page.js';

export interface IsolatedPage {
  readonly testPage: TestPage;
  readonly experiment: Experiment;
  /** After navigating back: whether the old page was restored from the cache, rather than loaded again. */
  readonly isRestored: () => Promise<boolean>;
}

export async function onIsolatedPage(
  engine: Engine,
  server: TestPageServer,
  what: string,
  body: (page: IsolatedPage) => Promise<void>,
): Promise<void> {
  const testPage = await TestPage.open(engine, server.url);
  const experiment = await Experiment.prepare(what, { engine: engine.name, library: 'ours', testPage });
  const countFrames = 'Object.keys(globalThis.testPage?.frames ?? {}).length';
  const isRestored = async (): Promise<boolean> => (await testPage.page.evaluate<number>(countFrames)) > 0;
  await body({ testPage, experiment, isRestored }).finally(() => testPage.close());
}
