// Owns where vitest finds tests and in which world they run; the build is made before it starts.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
// Another build of the core, by another version of Emscripten say, may take the place of the usual one.
const otherCore = process.env['RWS_CORE_MODULE'];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@advakod\/resilient-websocket$/, replacement: source('./web/index.ts') },
      { find: /^@advakod\/resilient-websocket\/react$/, replacement: source('./web/react/index.ts') },
      ...(otherCore ? [{ find: '#core', replacement: otherCore }] : []),
    ],
  },
  test: {
    // Two cores: more workers only take turns.
    maxWorkers: 2,
    // Skipped tests and an empty run must not look like success.
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'web',
          environment: 'node',
          include: ['tests/web/**/*.test.ts', 'tests/scenarios/**/*.test.ts'],
          exclude: ['tests/web/react/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'react',
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
          // One browser and one server at a time: their timing is part of what is tested.
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 60_000,
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
    ],
  },
});
