// Owns the check that the package can be loaded and rendered in Node, where there is no page.
import { describe, expect, it } from 'vitest';
import { layOut, type Consumer } from './support/consumers.js';
import { runNode } from './support/run.js';

const packageName = '@advakod/resilient-websocket';
const coreEntries = [packageName, `${packageName}/services/ResilientWebSocket`];
const demonstration = `${packageName}/demo/websocket-demo`;
const reactEntries = ['react', 'components/WebSocketStatus', 'hooks/useChatWebSocket'].map(
  (name) => `${packageName}/${name}`,
);

interface Loaded {
  readonly exported: Readonly<Record<string, readonly string[]>>;
  readonly touched: readonly string[];
}

/** Loads entries in a Node that ends by itself and says nothing else. */
async function load(consumer: Consumer, how: string, entries: readonly string[]): Promise<Loaded> {
  const cwd = layOut(consumer, 'node', ['node']);
  return JSON.parse(await runNode(['load.cjs', how, ...entries], { cwd })) as Loaded;
}

const core = ['ConnectionError', 'DestroyedError', 'ResilientWebSocket', 'default', 'preload'];

describe.each(['import', 'require'])('%s in a bare Node', (how) => {
  it('the core needs no React and does nothing', async () => {
    const { exported, touched } = await load('bare', how, [...coreEntries, demonstration]);
    expect(exported).toEqual({
      [packageName]: core,
      [`${packageName}/services/ResilientWebSocket`]: core,
      [demonstration]: ['demonstrateResilientWebSocket'],
    });
    expect(touched).toEqual([]);
  });

  it.each(['established', 'modern'] as const)(
    'every entry beside React does nothing (%s)',
    async (consumer) => {
      const { exported, touched } = await load(consumer, how, [
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
          'useResilientWebSocket',
        ]),
      );
      expect(touched).toEqual([]);
    },
  );
});

describe.each([
  ['React 19', 'modern'],
  ['React 18', 'established'],
] as const)('a server with %s', (_title, consumer) => {
  it.each(['mjs', 'cjs'])('renders every component and hook (render.%s)', async (ending) => {
    const cwd = layOut(consumer, 'server', ['server']);
    const markup = await runNode([`render.${ending}`], { cwd });
    expect(markup).toContain('<p>chat disconnected</p>');
    expect(markup).toMatch(/<p>feed (connecting|disconnected)<\/p>/);
    expect(markup).toMatch(/class="[^"]*\bmine\b/);
    expect(markup.trim().split('\n')).toHaveLength(1);
  });
});
