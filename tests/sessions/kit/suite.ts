// The cases as tests of vitest, against one implementation of the kit server with each store.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { cases } from '../cases/index.js';
import { runCase } from './cases.js';
import { type Target } from './kit.js';
import { commandOf } from './server_commands.js';
import { Redis, Servers, type Store } from './servers.js';

/** Declares the tests; `implementation` is a name that `commandOf` knows. */
export function testConformance(implementation: 'node' | 'python'): void {
  describe.each<Store>(['memory', 'redis'])(`the server for ${implementation}, store: %s`, (store) => {
    let target: Target | undefined;
    let redis: Redis | undefined;

    beforeAll(async () => {
      redis = store === 'redis' ? await Redis.start() : undefined;
      const servers = new Servers(await commandOf(implementation), redis);
      target = { url: (await servers.shared('a')).url, servers };
    });
    afterAll(async () => {
      await target?.servers?.dispose();
      await redis?.stop();
    });

    const possible = cases.filter(({ needs }) => store === 'redis' || !needs.includes('shared'));
    for (const subject of possible) {
      it.concurrent(`${subject.id} ${subject.title}`, async () => {
        if (!target) throw new Error('The server has not started');
        const outcome = await runCase(subject, target, true);
        if (outcome.kind === 'skipped') throw new Error(`skipped: ${outcome.reason}`);
        if (outcome.kind === 'failed') throw new Error(`${outcome.reason}\n${outcome.exchange}`);
      });
    }
  });
}
