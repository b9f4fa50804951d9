// Owns the check that applications can test what they build on the package, with the runners they use.
import { describe, expect, it } from 'vitest';
import { layOut } from './support/consumers.js';
import { runNode } from './support/run.js';

describe('Jest 29 with jsdom and no other configuration', () => {
  it('requires every entry, and runs component, class and hook tests', async () => {
    const cwd = layOut('established', 'jest', ['jest']);
    const output = await runNode(['../node_modules/jest/bin/jest.js', '--ci', '--runInBand'], { cwd });
    expect(output).toMatch(/^Tests: +(\d+) passed, \1 total$/m);
    // What a test prints is a warning of React or a log line.
    expect(output).not.toContain('console.');
  });
});

describe('Vitest with jsdom', () => {
  it('runs component and hook tests', async () => {
    const cwd = layOut('modern', 'vitest', ['vitest']);
    const output = await runNode(['../node_modules/vitest/vitest.mjs', 'run'], { cwd });
    expect(output).toMatch(/Tests +(\d+) passed \(\1\)/);
    expect(output).not.toMatch(/stdout|stderr/);
  });
});
