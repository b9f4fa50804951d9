// Checks that applications can test their code with the package, in common test runners.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject } from './support/consumers.js';
import { projectFolder, template } from './support/folders.js';
import { runNode } from './support/run.js';

describe('the lines of docs/testing.md', () => {
  const normalize = (text: string) => text.replaceAll(/^ +/gm, '').trim();

  it('are in the tests below', () => {
    const documentation = readFileSync(join(projectFolder, 'docs/testing.md'), 'utf8');
    const examples = [...documentation.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => normalize(code));
    const tests = ['jest', 'vitest'].flatMap((name) =>
      readdirSync(template(name)).map((file) => normalize(readFileSync(join(template(name), file), 'utf8'))),
    );
    expect(examples.length).toBeGreaterThan(5);
    expect(examples.filter((example) => !tests.some((text) => text.includes(example)))).toEqual([]);
  });
});

describe('Jest 29 with jsdom and no other configuration', () => {
  it('requires every entry, and runs tests with doubles, mock-socket, jest-websocket-mock and a server', async () => {
    const cwd = createProject('established', 'jest', ['jest']);
    const flags = ['--ci', '--runInBand', '--detectOpenHandles'];
    const output = await runNode(['../node_modules/jest/bin/jest.js', ...flags], { cwd });
    expect(output).toMatch(/^Tests: +(\d+) passed, \1 total$/m);
    // A test prints only warnings of React and log lines.
    expect(output).not.toContain('console.');
    expect(output).not.toContain('open handle');
  });
});

describe('Jest 29 with the lines of the README', () => {
  it('takes the package for the original files', async () => {
    const readme = readFileSync(join(projectFolder, 'README.md'), 'utf8');
    const [, lines = ''] = /```json\n(\{\n {2}"jest".*?)```/s.exec(readme) ?? [];
    const page = [
      "const service = require('../services/ResilientWebSocket');",
      "const component = require('../components/WebSocketStatus');",
      "const hook = require('./../hooks/useChatWebSocket');",
      'const all = [service.default, service.ResilientWebSocket, component.default, hook.default, hook.useChatWebSocket];',
      "test('all are there', () => expect(all.map((each) => typeof each)).toEqual(Array(5).fill('function')));",
    ];
    // The packages of the consumers' projects are in the folder above.
    const manifest = lines.replaceAll('<rootDir>/', '<rootDir>/../');
    const files = { 'package.json': manifest, 'src/pages/Chat.test.js': page.join('\n') };
    const cwd = createProject('established', 'replaced', [], files);
    const output = await runNode(['../node_modules/jest/bin/jest.js', '--ci', '--runInBand'], { cwd });
    expect(output).toMatch(/^Tests: +1 passed, 1 total$/m);
  });
});

describe('Vitest with jsdom and happy-dom', () => {
  it('runs tests with doubles, vitest-websocket-mock, MSW and a server', async () => {
    const cwd = createProject('modern', 'vitest', ['vitest']);
    const output = await runNode(['../node_modules/vitest/vitest.mjs', 'run'], { cwd });
    expect(output).toMatch(/Tests +(\d+) passed \(\1\)/);
    expect(output).not.toMatch(/stdout|stderr/);
  });
});
