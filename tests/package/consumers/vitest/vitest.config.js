// Owns a project that tests in jsdom, as Vitest's guide sets it up.
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { environment: 'jsdom' } });
