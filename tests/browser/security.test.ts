// Owns the check of what docs/security.md says: strict content rules, refused insecure sockets, secret tokens, hostile frames.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { makeCertificate } from './support/certificate.js';
import { chosenEngines, launchEngine } from './support/engines/chosen.js';
import type { Engine } from './support/engines/engine.js';
import { startRigHost, type HostWishes } from './support/rig/host.js';
import type { Ledger } from './support/rig/ledger.js';
import { RigPage } from './support/rig/rig_page.js';
import { Trial } from './support/trial.js';

/** What a page must allow at least, and no more. */
const strictRules = [
  `default-src 'none'`,
  `script-src 'self' 'wasm-unsafe-eval'`,
  'connect-src ws:',
  `frame-src 'self'`,
  `frame-ancestors 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `require-trusted-types-for 'script'`,
];

/** What it must allow besides, if the clients of a hidden page are to have a Worker. */
const workerRules = [`worker-src blob:`, `trusted-types resilient-websocket`];

function withRules(rules: readonly string[]): HostWishes {
  return { headers: { 'content-security-policy': rules.join('; ') } };
}

const token = 'token-of-nobody-else';

const megabyte = 1_048_576;

/** Frames that no well-meaning server sends. */
const hostileFrames: readonly (string | Buffer)[] = [
  'x'.repeat(16 * megabyte),
  Buffer.alloc(16 * megabyte),
  '['.repeat(200_000),
  '['.repeat(100_000) + ']'.repeat(100_000),
  `{"a":`.repeat(50_000) + '1' + '}'.repeat(50_000),
  '{"type":"pong","timestamp":',
  '{"type":"pong","timestamp":1e999}',
  '{"type":"pong","timestamp":-1}',
  `{"type":"pong","timestamp":${'9'.repeat(400)}}`,
  '{"type":["ping"],"timestamp":{"timestamp":1}}',
  '{"__proto__":{"type":"ping"},"constructor":1}',
  '\0\0\0',
  '\ud800',
  '',
  Buffer.alloc(0),
];

/** Longest time that the page may be busy at a stretch, ms: taking 16 MB is the browser's work, and machines are slow. */
const longestStretch = 5000;

describe.each(chosenEngines)('in %s', (name) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await launchEngine(name);
  });

  afterAll(() => engine.close());

  async function onPage(
    wishes: HostWishes,
    body: (trial: Trial, rig: RigPage) => Promise<void>,
  ): Promise<void> {
    const host = await startRigHost(wishes);
    const rig = await RigPage.open(engine, host.url);
    const trial = await Trial.prepare('security', { engine: name, library: 'ours', rig });
    await body(trial, rig).finally(async () => {
      await rig.close();
      trial.proxy.close();
      await trial.server.close();
      await host.close();
    });
  }

  it.concurrent('the client works on a page with strict content rules, and breaks none', ({ expect }) =>
    onPage(withRules(strictRules), async (trial) => {
      await trial.connect();
      await trial.client.send(1);
      await trial.for(1000);
      trial.strike();
      trial.proxy.reset();
      await trial.detected(5000);
      await trial.recovered(10_000);
      await trial.client.send(1);
      expect(await trial.end()).toMatchObject({ arrived: 2, complaints: [] });
    }),
  );

  async function hiddenFor5Seconds(
    rules: readonly string[],
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<Ledger> {
    let ledger: Ledger | undefined;
    await onPage(withRules(rules), async (trial, rig) => {
      await trial.connect({ pingInterval: 500, logLevel: 'warn', ...options });
      await rig.page.setHidden(true);
      await trial.for(5000);
      await rig.page.setHidden(false);
      await trial.client.send(1);
      ({ ledger } = await trial.client.account());
      if ((await trial.end()).arrived !== 1) throw new Error('The message did not arrive.');
    });
    if (ledger === undefined) throw new Error('There was no trial.');
    return ledger;
  }

  const note = /^ResilientWebSocket: no Worker/;

  it.concurrent('a hidden page has its Worker where the content rules allow it', async ({ expect }) => {
    const { complaints, lines } = await hiddenFor5Seconds([...strictRules, ...workerRules]);
    expect([complaints, lines]).toEqual([[], []]);
  });

  it.concurrent(
    'a hidden page whose content rules forbid the Worker notes it once, and goes on',
    async ({ expect }) => {
      const { complaints, lines } = await hiddenFor5Seconds(strictRules);
      expect(lines.filter((line) => note.test(line))).toHaveLength(1);
      // Nobody can ask for a page's rules, so that one broken rule for each of them is told by the browser.
      for (const complaint of complaints) expect(complaint).toMatch(/^broken content rule /);
      expect(complaints.length).toBeLessThanOrEqual(2);
    },
  );

  it.concurrent('without the Worker a hidden page breaks no content rule', async ({ expect }) => {
    const { complaints, lines } = await hiddenFor5Seconds(strictRules, { enableWorkerTimer: false });
    expect([complaints, lines]).toEqual([[], []]);
  });

  it.concurrent('a secure page refuses an insecure socket before there is one', ({ expect }) =>
    onPage({ certificate: makeCertificate() }, async (trial) => {
      const url = `ws://example.com/?token=${token}`;
      const refusal: unknown = await trial.client
        .begin({ library: 'ours', url })
        .catch((error: unknown) => error);
      expect(String(refusal)).toContain('must have the scheme wss (or https) on a page loaded over https');
      expect(String(refusal)).not.toContain(token);
      const { ledger } = await trial.client.account();
      expect([ledger.sockets, ledger.complaints]).toEqual([0, []]);
    }),
  );

  it.concurrent('a secure page leaves an insecure socket to this machine to the browser', ({ expect }) =>
    onPage({ certificate: makeCertificate() }, async (trial) => {
      // WebKitGTK neither connects nor says so.
      const options = { maxReconnectAttempts: 1, reconnectDelay: 100, connectionTimeout: 2000 };
      await trial.client.begin({ library: 'ours', url: trial.proxy.url, options });
      const end = await Promise.any([trial.client.until('up', 10_000), trial.client.until('failed', 10_000)]);
      console.log(`${name}: ws: to this machine on a page loaded over https: ${end.name}`);
      const { ledger } = await trial.client.account();
      expect(ledger.complaints).toEqual([]);
    }),
  );

  it.concurrent('no token is in any log line, event or status, whatever happens', ({ expect }) =>
    onPage({}, async (trial, rig) => {
      await trial.connect(
        { logLevel: 'debug', reconnectDelay: 100, maxReconnectDelay: 500 },
        `${trial.proxy.url}?token=${token}`,
      );
      await trial.client.send(1);
      trial.server.send('{"half":');
      trial.server.reception = 403;
      trial.strike();
      trial.proxy.reset();
      await trial.detected(5000);
      await trial.for(1000);
      trial.server.reception = 'accept';
      trial.clear();
      await trial.recovered(20_000);
      const frame = `frames[${JSON.stringify(trial.client.name)}].client`;
      const shown = await rig.page.evaluate<string>(
        `JSON.stringify([${frame}.getStatus(), ${frame}.checkConnectionHealth(), ${frame}.getUserFriendlyStatus(),
          ${frame}.getRecoveryRecommendations()])`,
      );
      const { ledger } = await trial.client.account();
      expect(ledger.lines.length).toBeGreaterThan(10);
      expect(shown).toContain('connected');
      expect(JSON.stringify([shown, trial.client.events, ledger])).not.toContain(token);
    }),
  );

  it.concurrent('hostile frames neither crash nor block the page, nor end the connection', ({ expect }) =>
    onPage({}, async (trial, rig) => {
      await trial.connect();
      await rig.page
        .evaluate(`void (globalThis.stretch = 0, globalThis.last = performance.now(), setInterval(() => {
        stretch = Math.max(stretch, performance.now() - last);
        last = performance.now();
      }, 10))`);
      for (const frame of hostileFrames) trial.server.send(frame);
      for (let ping = 0; ping < 3000; ++ping) trial.server.send(`{"type":"ping","timestamp":${ping}}`);
      await trial.for(3000);
      await trial.client.send(1);
      const stretch = await rig.page.evaluate<number>('stretch');
      const { connections } = trial.server;
      expect(await trial.end()).toMatchObject({ accepted: 1, arrived: 1, complaints: [] });
      expect(connections).toBe(1);
      expect(stretch).toBeLessThan(longestStretch);
    }),
  );
});
