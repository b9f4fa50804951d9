// Owns the check of what docs/security.md says: strict content rules, refused insecure sockets, secret tokens, hostile frames.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { makeCertificate } from './support/certificate.js';
import { chosenEngines, launchEngine } from './support/engines/chosen.js';
import type { Engine } from './support/engines/engine.js';
import { startRigHost, type HostWishes } from './support/rig/host.js';
import { RigPage } from './support/rig/rig_page.js';
import { Trial } from './support/trial.js';

const strictRules = [
  `default-src 'none'`,
  `script-src 'self' 'wasm-unsafe-eval'`,
  'connect-src ws:',
  `frame-src 'self'`,
  `frame-ancestors 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `require-trusted-types-for 'script'`,
].join('; ');

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
    onPage({ headers: { 'content-security-policy': strictRules } }, async (trial) => {
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

  it.concurrent('an insecure socket of a secure page is told as an error, and harms nobody', ({ expect }) =>
    onPage({ certificate: makeCertificate() }, async (trial) => {
      // An address of nobody (RFC 5737): the browser refuses before it asks anyone.
      const url = `ws://192.0.2.1/?token=${token}`;
      // WebKitGTK asks all the same, and nobody answers.
      const options = {
        maxReconnectAttempts: 2,
        reconnectDelay: 100,
        connectionTimeout: 2000,
        logLevel: 'debug',
      };
      await trial.client.begin({ library: 'ours', url, options });
      const { detail } = await trial.client.until('error', 10_000);
      expect(detail).toMatch(/^\w+: ./);
      await trial.client.until('failed', 20_000);
      const { ledger } = await trial.client.account();
      expect(ledger.complaints).toEqual([]);
      expect(JSON.stringify([trial.client.events, ledger])).not.toContain(token);
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
