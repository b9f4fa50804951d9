// Vitest's projects: where their tests are, and the environment in which they run. The build must be made
// before.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
// Tests can run with another build of the core, for example one made by another version of Emscripten.
const otherCore = process.env['RWS_CORE_MODULE'];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@advakod\/resilient-websocket$/, replacement: source('./web/index.ts') },
      { find: /^@advakod\/resilient-websocket\/react$/, replacement: source('./web/react/index.ts') },
      {
        find: /^@advakod\/resilient-websocket\/websocket$/,
        replacement: source('./web/websocket/index.ts'),
      },
      { find: '#core', replacement: otherCore || source('./build/wasm/core.mjs') },
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
          include: ['tests/web/**/*.test.ts', 'tests/scenarios/**/*.test.ts'],
          exclude: ['tests/web/react/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'react',
          testTimeout: 20_000,
          environment: 'jsdom',
          include: ['tests/web/react/**/*.test.{ts,tsx}'],
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
