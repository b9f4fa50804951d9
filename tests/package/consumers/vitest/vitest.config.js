// A project that tests in jsdom, set up as in Vitest's guide.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    // For slow machines.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
