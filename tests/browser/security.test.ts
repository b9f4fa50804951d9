// Checks the statements of docs/security.md: content security policies, insecure sockets, secret tokens,
// hostile frames.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { makeCertificate } from './support/certificate.js';
import { chosenEngines, launchEngine } from './support/engines/chosen.js';
import type { Engine } from './support/engines/engine.js';
import { startTestPageServer, type ServerOptions } from './support/test_page/server.js';
import type { ClientRecord } from './support/test_page/client_record.js';
import { TestPage } from './support/test_page/test_page.js';
import { Experiment } from './support/experiment.js';

/** The strictest content security policy under which a page can use the client. */
const strictPolicy = [
  `default-src 'none'`,
  `script-src 'self' 'wasm-unsafe-eval'`,
  'connect-src ws:',
  `frame-src 'self'`,
  `frame-ancestors 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `require-trusted-types-for 'script'`,
];

/** The same policy, but it forbids WebAssembly. Without 'unsafe-eval' it forbids eval() and new Function() as well. */
const policyWithoutWasm = strictPolicy.map((directive) => directive.replace(" 'wasm-unsafe-eval'", ''));

/** What it must allow in addition, so that the clients of a hidden page can have a Worker. */
const workerDirectives = [`worker-src blob:`, `trusted-types resilient-websocket`];

function policyHeader(policy: readonly string[]): ServerOptions {
  return { headers: { 'content-security-policy': policy.join('; ') } };
}

const token = 'secret-token-value';

const megabyte = 1_048_576;

/** Frames that only a hostile server sends. */
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

/**
 * Longest time for which the page may block, ms: receiving 16 MB takes the browser a while on slow machines.
 */
const longestBlock = 5000;

describe.each(chosenEngines)('in %s', (name) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await launchEngine(name);
  });

  afterAll(() => engine.close());

  async function onPage(
    options: ServerOptions,
    body: (experiment: Experiment, testPage: TestPage) => Promise<void>,
  ): Promise<void> {
    const server = await startTestPageServer(options);
    const testPage = await TestPage.open(engine, server.url);
    const experiment = await Experiment.prepare('security', { engine: name, library: 'ours', testPage });
    await body(experiment, testPage).finally(async () => {
      await testPage.close();
      experiment.proxy.close();
      await experiment.server.close();
      await server.close();
    });
  }

  it.concurrent('the client works under a strict content security policy without violations', ({ expect }) =>
    onPage(policyHeader(strictPolicy), async (experiment) => {
      await experiment.connect();
      await experiment.client.send(1);
      await experiment.wait(1000);
      experiment.startFault();
      experiment.proxy.reset();
      await experiment.detected(5000);
      await experiment.recovered(10_000);
      await experiment.client.send(1);
      expect(await experiment.finish()).toMatchObject({ arrived: 2, errors: [] });
    }),
  );

  const createOnPage = `import('/dist/index.js')
    .then(({ default: ResilientWebSocket }) => void new ResilientWebSocket('ws://localhost/'))
    .catch(({ name, message }) => name + ': ' + message)`;

  it.concurrent.for([
    ['forbids WebAssembly and eval', policyHeader(policyWithoutWasm)],
    ['has no WebAssembly', { firstScript: 'delete globalThis.WebAssembly;' }],
  ] as const)(
    'on a page that %s, the entry ./no-wasm works, and the main entry names it',
    async ([, options], { expect }) => {
      await onPage(options, async (_experiment, testPage) => {
        const refusal = await testPage.page.evaluate<string>(createOnPage);
        expect(refusal).toMatch(/^UnsupportedEnvironmentError: .*@advakod\/resilient-websocket\/no-wasm/s);
      });
      await onPage({ ...options, entry: 'no-wasm' }, async (experiment) => {
        await experiment.connect();
        await experiment.client.send(1);
        await experiment.wait(1000);
        experiment.startFault();
        experiment.proxy.reset();
        await experiment.detected(5000);
        await experiment.recovered(10_000);
        await experiment.client.send(1);
        expect(await experiment.finish()).toMatchObject({ arrived: 2, errors: [] });
      });
    },
  );

  async function hiddenFor5Seconds(
    policy: readonly string[],
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<ClientRecord> {
    let record: ClientRecord | undefined;
    await onPage(policyHeader(policy), async (experiment, testPage) => {
      await experiment.connect({ pingInterval: 500, logLevel: 'warn', ...options });
      await testPage.page.setHidden(true);
      await experiment.wait(5000);
      await testPage.page.setHidden(false);
      await experiment.client.send(1);
      ({ record } = await experiment.client.readRecord());
      if ((await experiment.finish()).arrived !== 1) throw new Error('The message did not arrive.');
    });
    if (record === undefined) throw new Error('There was no experiment.');
    return record;
  }

  const workerNote = /^ResilientWebSocket: no Worker/;

  it.concurrent('a hidden page has its Worker where the policy allows it', async ({ expect }) => {
    const { errors, consoleLines } = await hiddenFor5Seconds([...strictPolicy, ...workerDirectives]);
    expect([errors, consoleLines]).toEqual([[], []]);
  });

  it.concurrent(
    'a hidden page whose policy forbids the Worker logs it once and works without it',
    async ({ expect }) => {
      const { errors, consoleLines } = await hiddenFor5Seconds(strictPolicy);
      expect(consoleLines.filter((line) => workerNote.test(line))).toHaveLength(1);
      // A page cannot read its own policy, so the browser reports one violation for each directive.
      for (const complaint of errors) expect(complaint).toMatch(/^content security policy violation: /);
      expect(errors.length).toBeLessThanOrEqual(2);
    },
  );

  it.concurrent('with enableWorkerTimer: false a hidden page causes no violation', async ({ expect }) => {
    const { errors, consoleLines } = await hiddenFor5Seconds(strictPolicy, { enableWorkerTimer: false });
    expect([errors, consoleLines]).toEqual([[], []]);
  });

  it.concurrent(
    'on a page loaded over https the browser refuses an insecure URL, and the attempt fails',
    ({ expect }) =>
      onPage({ certificate: makeCertificate() }, async (experiment) => {
        const url = `ws://example.com/?token=${token}`;
        const options = { maxReconnectAttempts: 0, connectionTimeout: 2000 };
        await experiment.client.start({ library: 'ours', url, options });
        await experiment.client.waitFor('failed', 10_000);
        const { record } = await experiment.client.readRecord();
        expect(record.errors).toEqual([]);
      }),
  );

  it.concurrent(
    'a page loaded over https leaves insecure URLs of this machine to the browser',
    ({ expect }) =>
      onPage({ certificate: makeCertificate() }, async (experiment) => {
        // WebKitGTK neither connects nor reports an error.
        const options = { maxReconnectAttempts: 1, reconnectDelay: 100, connectionTimeout: 2000 };
        await experiment.client.start({ library: 'ours', url: experiment.proxy.url, options });
        const end = await Promise.any([
          experiment.client.waitFor('up', 10_000),
          experiment.client.waitFor('failed', 10_000),
        ]);
        console.log(`${name}: ws: to this machine on a page loaded over https: ${end.name}`);
        const { record } = await experiment.client.readRecord();
        expect(record.errors).toEqual([]);
      }),
  );

  it.concurrent('no log line, event or status contains the token', ({ expect }) =>
    onPage({}, async (experiment, testPage) => {
      await experiment.connect(
        { logLevel: 'debug', reconnectDelay: 100, maxReconnectDelay: 500 },
        `${experiment.proxy.url}?token=${token}`,
      );
      await experiment.client.send(1);
      experiment.server.send('{"half":');
      experiment.server.handshakeAnswer = 403;
      experiment.startFault();
      experiment.proxy.reset();
      await experiment.detected(5000);
      await experiment.wait(1000);
      experiment.server.handshakeAnswer = 'accept';
      experiment.endFault();
      await experiment.recovered(20_000);
      const frame = `frames[${JSON.stringify(experiment.client.name)}].client`;
      const shown = await testPage.page.evaluate<string>(
        `JSON.stringify([${frame}.getStatus(), ${frame}.checkConnectionHealth(), ${frame}.getUserFriendlyStatus(),
          ${frame}.getRecoveryRecommendations()])`,
      );
      const { record } = await experiment.client.readRecord();
      expect(record.consoleLines.length).toBeGreaterThan(10);
      expect(shown).toContain('connected');
      expect(JSON.stringify([shown, experiment.client.events, record])).not.toContain(token);
    }),
  );

  it.concurrent('hostile frames neither crash or block the page nor close the connection', ({ expect }) =>
    onPage({}, async (experiment, testPage) => {
      await experiment.connect();
      await testPage.page
        .evaluate(`void (globalThis.block = 0, globalThis.last = performance.now(), setInterval(() => {
        block = Math.max(block, performance.now() - last);
        last = performance.now();
      }, 10))`);
      for (const frame of hostileFrames) experiment.server.send(frame);
      for (let ping = 0; ping < 3000; ++ping) experiment.server.send(`{"type":"ping","timestamp":${ping}}`);
      await experiment.wait(3000);
      await experiment.client.send(1);
      const block = await testPage.page.evaluate<number>('block');
      const { connections } = experiment.server;
      expect(await experiment.finish()).toMatchObject({ accepted: 1, arrived: 1, errors: [] });
      expect(connections).toBe(1);
      expect(block).toBeLessThan(longestBlock);
    }),
  );
});
