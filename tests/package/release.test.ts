// Checks that a release is refused as long as anything is missing for it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectFolder } from './support/folders.js';
import { attempt, type Outcome } from './support/run.js';

const complete = {
  name: 'example',
  version: '1.2.3',
  repository: { type: 'git', url: 'git+https://example.com/project.git' },
  homepage: 'https://example.com/project',
  bugs: { url: 'https://example.com/project/issues' },
  publishConfig: { access: 'public' },
};
const changelog = '# Changelog\n\n## [1.2.3] - 2026-01-31\n';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function check(manifest: Readonly<Record<string, unknown>>, changes = changelog): Promise<Outcome> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'CHANGELOG.md'), changes);
  const script = join(projectFolder, 'scripts/release.mjs');
  return attempt(process.execPath, [script, '--check'], { cwd: folder });
}

describe('npm run release', () => {
  it('accepts a complete package', async () => {
    expect(await check(complete)).toEqual({ code: 0, output: '' });
  });

  it.each(['repository', 'homepage', 'bugs', 'publishConfig'])(
    'refuses a package without %s',
    async (field) => {
      const { code, output } = await check({ ...complete, [field]: undefined });
      expect(output).toMatch(new RegExp(`^package.json: ${field}.*\nNothing was published.\n$`));
      expect(code).toBe(1);
    },
  );

  it.each([
    ['repository', { url: '' }],
    ['repository', {}],
    ['homepage', 'to be announced'],
    ['bugs', {}],
  ])('refuses %s: %j', async (field, value) => {
    const { code, output } = await check({ ...complete, [field]: value });
    expect(output).toContain(`package.json: ${field} is missing`);
    expect(code).toBe(1);
  });

  it.each(['', '## [1.2.3] - Unreleased\n', '## [1.2.2] - 2026-01-31\n'])(
    'refuses a changelog without a dated section for the version (%j)',
    async (changes) => {
      const { code, output } = await check(complete, changes);
      expect(output).toContain('CHANGELOG.md: no section "## [1.2.3] - YYYY-MM-DD"');
      expect(code).toBe(1);
    },
  );

  it('names everything that is missing at once', async () => {
    const { output } = await check({ name: 'example', version: '1.2.3' }, '');
    expect(output.trim().split('\n')).toHaveLength(6);
  });
});
