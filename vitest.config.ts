// Vitest's projects: where their tests are, and the environment in which they run. The build must be made
// before.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
// Tests can run with another build of the core, for example one made by another version of Emscripten.
const core = process.env['RWS_CORE_MODULE'] ?? source('./build/wasm/core.mjs');
// They can also run with the core as JavaScript, on a platform without WebAssembly.
const isWithoutWasm = Boolean(process.env['RWS_NO_WASM']);
const setupFiles = isWithoutWasm ? ['tests/web/support/without_wasm.ts'] : [];
/** Tests of WebAssembly, of documents, and of bundles of the main entry. */
const onlyWithWasm = [
  'core_loading',
  'ResilientWebSocket.import',
  'ResilientWebSocket.pages',
  'readme',
  'no_wasm',
  'bindings/by_hand',
];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@advakod\/resilient-websocket$/, replacement: source('./web/index.ts') },
      { find: /^@advakod\/resilient-websocket\/react$/, replacement: source('./web/react/index.ts') },
      {
        find: /^@advakod\/resilient-websocket\/websocket$/,
        replacement: source('./web/websocket/index.ts'),
      },
      {
        find: /^@advakod\/resilient-websocket\/no-wasm$/,
        replacement: source('./web/entries/no_wasm.ts'),
      },
      { find: '#translated-core', replacement: join(dirname(core), 'translated_core.mjs') },
      { find: '#core', replacement: core },
      { find: '#styles', replacement: source('./build/styles.mjs') },
    ],
  },
  test: {
    // More workers than two do not help on a machine with two processor cores.
    maxWorkers: 2,
    // Tests that were not run must not count as a success.
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'web',
          testTimeout: 20_000,
          environment: 'node',
          setupFiles,
          include: ['tests/web/**/*.test.ts', 'tests/scenarios/**/*.test.ts'],
          exclude: [
            'tests/web/react/**',
            ...(isWithoutWasm ? onlyWithWasm.map((name) => `tests/web/${name}.test.ts`) : []),
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'react',
          testTimeout: 20_000,
          environment: 'jsdom',
          setupFiles,
          include: ['tests/web/react/**/*.test.{ts,tsx}'],
          exclude: isWithoutWasm ? ['tests/web/react/readme.test.tsx'] : [],
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          environment: 'node',
          include: ['tests/server/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['tests/browser/**/*.test.ts'],
          // One file at a time, because the tests depend on the timing of browsers and servers.
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          environment: 'node',
          include: ['tests/package/*.test.ts'],
          globalSetup: 'tests/package/support/set_up.ts',
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'sessions',
          environment: 'node',
          include: ['tests/sessions/**/*.test.ts'],
          // The cases mostly wait, for servers and for times of the protocol.
          maxConcurrency: 10,
          testTimeout: 70_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'ecosystem',
          environment: 'node',
          include: ['tests/ecosystem/*.test.ts'],
          globalSetup: 'tests/ecosystem/support/set_up.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
