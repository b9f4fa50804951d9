// Checks that applications can test their code with the package, in common test runners.
import { describe, expect, it } from 'vitest';
import { createProject } from './support/consumers.js';
import { runNode } from './support/run.js';

describe('Jest 29 with jsdom and no other configuration', () => {
  it('requires every entry, and runs component, class and hook tests', async () => {
    const cwd = createProject('established', 'jest', ['jest']);
    const output = await runNode(['../node_modules/jest/bin/jest.js', '--ci', '--runInBand'], { cwd });
    expect(output).toMatch(/^Tests: +(\d+) passed, \1 total$/m);
    // A test prints only warnings of React and log lines.
    expect(output).not.toContain('console.');
  });
});

describe('Vitest with jsdom', () => {
  it('runs component and hook tests', async () => {
    const cwd = createProject('modern', 'vitest', ['vitest']);
    const output = await runNode(['../node_modules/vitest/vitest.mjs', 'run'], { cwd });
    expect(output).toMatch(/Tests +(\d+) passed \(\1\)/);
    expect(output).not.toMatch(/stdout|stderr/);
  });
});
