// One test for each *.scenario file over the built module, and tests of the language's own errors.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readScenario, ScenarioError } from './scenario.js';
import { runScenario } from './scenario_run.js';

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.scenario'));

describe('scenarios hold for the facade over the built module', () => {
  for (const name of files.sort()) {
    const scenario = readScenario(readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
    test(`${name}: ${scenario.title}`, async () => {
      await expect(runScenario(scenario)).resolves.toBeUndefined();
    });
  }
});

/** The line at which a scenario fails, 0 if it holds. */
async function failingLine(text: string): Promise<number> {
  try {
    await runScenario(readScenario(text));
  } catch (error) {
    if (error instanceof ScenarioError) return error.line;
    throw error;
  }
  return 0;
}

describe('mistakes in a scenario are reported with their line', () => {
  test.each([
    ['none', '# Title\nconnect\nexpect state connecting\n', 0],
    ['no title', 'connect\n', 1],
    ['an unknown command', '# Title\nconnect\nopne\n', 3],
    ['an unknown name', '# Title\nsend a byte=3\n', 2],
    ['an unknown option', '# Title\nset jiter=0\n', 2],
    ['an unknown status', '# Title\nexpect status love=1\n', 2],
    ['a missing word', '# Title\n\nsend\n', 3],
    ['too many words', '# Title\nconnect twice\n', 2],
    ['no number', '# Title\nat noon connect\n', 2],
    ['time that runs back', '# Title\nat 5 connect\nat 4 open\n', 3],
    ['no such socket', '# Title\nopen\n', 2],
    ['a socket for no socket command', '# Title\nconnect\nsocket 1 disconnect\n', 3],
    ['late options', '# Title\nconnect\noptions jitter=0\n', 3],
    ['an unmet state', '# Title\nconnect\nexpect state connected\n', 3],
    ['a missing event', '# Title\nconnect\nexpect events state connecting, open\n', 3],
    ['a surplus event', '# Title\nconnect\nexpect events none\n', 3],
    ['an event of other words', '# Title\nconnect\nexpect events state\n', 3],
  ])('%s', async (_mistake, text, line) => {
    expect(await failingLine(text)).toBe(line);
  });

  test('messages and control frames are compared since the last look', async () => {
    const text = '# Title\nconnect\nat 10 open\nsend a b\nexpect sent a b\nexpect sent none\n';
    expect(await failingLine(text)).toBe(0);
    expect(await failingLine(`${text}expect sent a\n`)).toBe(7);
  });
});
