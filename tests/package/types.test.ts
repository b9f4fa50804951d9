// Checks the package's declarations in several kinds of TypeScript projects, and that the examples in the
// documentation compile.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProject, type Consumer } from './support/consumers.js';
import { projectFolder } from './support/folders.js';
import { attempt } from './support/run.js';

interface Project {
  readonly consumer: Consumer;
  readonly files: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

const projects: Readonly<Record<string, Project>> = {
  'TypeScript 6, bundler': {
    consumer: 'modern',
    files: ['valid.ts', 'hooks.ts', 'invalid.ts'],
    // Without skipLibCheck the declarations of packages are checked too, also of this one.
    options: { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: false },
  },
  'TypeScript 6, nodenext': {
    consumer: 'modern',
    files: ['valid.ts', 'hooks.ts', 'invalid.ts', 'commonjs.cts', 'frameworks.ts'],
    options: { module: 'nodenext', moduleResolution: 'nodenext' },
  },
  'TypeScript 5.2, node16, CommonJS, React 18': {
    consumer: 'established',
    files: ['valid.ts', 'hooks.ts', 'invalid.ts', 'commonjs.cts'],
    options: { module: 'node16', moduleResolution: 'node16' },
  },
  'TypeScript 5.2, node10, React 18': {
    consumer: 'established',
    files: ['valid.ts', 'hooks.ts', 'invalid.ts'],
    options: { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true },
  },
};

/** The errors that comments in the sources name, as `file:line code`. */
function expectedErrors(folder: string, files: readonly string[]): readonly string[] {
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const code = /\/\/ (TS\d+)$/.exec(line)?.[1];
        return code === undefined ? [] : [`${file}:${index + 1} ${code}`];
      }),
  );
}

/**
 * The errors in the output of the compiler, in the same form; errors without a place in a file stay as they
 * are.
 */
function compilerErrors(output: string): readonly string[] {
  return (
    output
      .split('\n')
      .filter((line) => /\berror TS\d+/.test(line))
      .map((line) => line.replace(/^([^ (]+)\((\d+),\d+\): error (TS\d+).*$/, '$1:$2 $3'))
      // Later versions have a separate code for a misspelt property.
      .map((error) => error.replace('TS2561', 'TS2322'))
  );
}

it.each(Object.entries(projects))(
  '%s: valid code compiles and invalid code does not',
  async (title, project) => {
    const { consumer, files, options } = project;
    const compilerOptions = {
      ...{ strict: true, skipLibCheck: true, noEmit: true, target: 'es2022', types: [] },
      ...{ lib: ['es2022', 'dom'], ...options },
    };
    const cwd = createProject(consumer, `types_${title.replace(/\W+/g, '_')}`, ['types'], {
      'tsconfig.json': JSON.stringify({ compilerOptions, files }),
    });
    const { output } = await attempt(process.execPath, ['../node_modules/typescript/bin/tsc'], { cwd });
    const expected = expectedErrors(cwd, files);
    expect(expected.length).toBeGreaterThan(5);
    expect(compilerErrors(output), output).toEqual(expected);
  },
);

/** The examples in the documentation, by the names of the files that they are compiled as. */
function examples(): Readonly<Record<string, string>> {
  const text = ['README.md', 'docs/react.md', 'docs/testing.md', 'docs/websocket.md']
    .map((path) => readFileSync(join(projectFolder, path), 'utf8'))
    .join('\n');
  const found = [...text.matchAll(/```(javascript|tsx)\n(.*?)```/gs)];
  return Object.fromEntries(
    found.map(([, language, code = ''], index) => [
      `example_${index}.${language === 'tsx' ? 'tsx' : 'ts'}`,
      code,
    ]),
  );
}

it('the examples of the documentation compile under strict rules', async () => {
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: 'es2022', types: [], lib: ['es2022', 'dom'] },
    ...{ module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx' },
    ...{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noImplicitReturns: true },
  };
  const files = examples();
  const names = Object.keys(files);
  expect(names.length).toBeGreaterThan(5);
  const cwd = createProject('modern', 'types_examples', ['types'], {
    ...files,
    'tsconfig.json': JSON.stringify({ compilerOptions, files: names }),
  });
  const { output } = await attempt(process.execPath, ['../node_modules/typescript/bin/tsc'], { cwd });
  expect(output).toBe('');
});
