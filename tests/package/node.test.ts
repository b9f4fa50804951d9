// Checks that the package can be loaded and rendered in Node, where there is no page.
import { describe, expect, it } from 'vitest';
import { createProject, type Consumer } from './support/consumers.js';
import { runNode } from './support/run.js';

const packageName = '@advakod/resilient-websocket';
const coreEntries = [packageName, `${packageName}/services/ResilientWebSocket`];
const demonstration = `${packageName}/demo/websocket-demo`;
const withoutWasm = `${packageName}/no-wasm`;
const websocketClass = `${packageName}/websocket`;
const serverEntries = [`${packageName}/server`, `${packageName}/server/redis`] as const;
const reactEntries = ['react', 'components/WebSocketStatus', 'hooks/useChatWebSocket'].map(
  (name) => `${packageName}/${name}`,
);

interface Loaded {
  readonly exported: Readonly<Record<string, readonly string[]>>;
  readonly sideEffects: readonly string[];
}

/** Loads entries in a Node process, which must exit by itself and print nothing else. */
async function load(consumer: Consumer, method: string, entries: readonly string[]): Promise<Loaded> {
  const cwd = createProject(consumer, 'node', ['node']);
  return JSON.parse(await runNode(['load.cjs', method, ...entries], { cwd })) as Loaded;
}

const core = [
  ...[
    'ConnectionError',
    'DeliveryError',
    'DestroyedError',
    'HandshakeError',
    'ResilientWebSocket',
    'UnsupportedEnvironmentError',
  ],
  ...['default', 'getTexts', 'preload', 'setTranslatedCore'],
];

describe.each(['import', 'require'])('%s in a bare Node', (method) => {
  it('the core needs no React and has no side effects on the platform', async () => {
    const { exported, sideEffects } = await load('bare', method, [
      ...coreEntries,
      withoutWasm,
      websocketClass,
      demonstration,
    ]);
    expect(exported).toEqual({
      [withoutWasm]: core,
      [packageName]: core,
      [`${packageName}/services/ResilientWebSocket`]: core,
      [websocketClass]: ['ErrorEvent', 'WebSocket', 'default'],
      [demonstration]: ['demonstrateResilientWebSocket'],
    });
    expect(sideEffects).toEqual([]);
  });

  it('the session server needs no other package, and does nothing when it is loaded', async () => {
    const { exported, sideEffects } = await load('bare', method, serverEntries);
    expect(exported).toEqual({
      [serverEntries[0]]: ['MemoryStore', 'QueueFullError', 'SessionEndedError', 'SessionServer'],
      [serverEntries[1]]: ['RedisStore'],
    });
    expect(sideEffects).toEqual([]);
  });

  it.each(['established', 'modern'] as const)(
    'every entry with React has no side effects (%s)',
    async (consumer) => {
      const { exported, sideEffects } = await load(consumer, method, [
        ...reactEntries,
        ...coreEntries,
        demonstration,
      ]);
      expect(exported).toMatchObject({
        [`${packageName}/components/WebSocketStatus`]: ['WebSocketStatus', 'default'],
        [`${packageName}/hooks/useChatWebSocket`]: ['default', 'useChatWebSocket'],
      });
      expect(exported[`${packageName}/react`]).toEqual(
        expect.arrayContaining([
          'ResilientWebSocketProvider',
          'WebSocketStatus',
          'useChatWebSocket',
          'useLastMessage',
          'useResilientWebSocket',
          'useSubscription',
        ]),
      );
      expect(sideEffects).toEqual([]);
    },
  );
});

describe.each([
  ['React 19', 'modern'],
  ['React 18', 'established'],
] as const)('a server with %s', (_title, consumer) => {
  it.each(['mjs', 'cjs'])('renders every component and hook (render.%s)', async (extension) => {
    const cwd = createProject(consumer, 'server', ['server']);
    const markup = await runNode([`render.${extension}`], { cwd });
    expect(markup).toContain('<p>chat disconnected</p>');
    expect(markup).toMatch(/<p>feed (connecting|disconnected)<\/p>/);
    expect(markup).toMatch(/class="[^"]*\bmine\b/);
    expect(markup.trim().split('\n')).toHaveLength(1);
  });
});
