// The arguments of `npm run bench --`.
import { parseArgs } from 'node:util';

export interface Arguments {
  /** Names of measurements; empty: all. */
  readonly only: readonly string[];
  readonly rounds: number | undefined;
  readonly quick: boolean;
  readonly profile: boolean;
  readonly engines: readonly string[];
  /** Names of contenders; empty: all. */
  readonly contenders: readonly string[];
  /** Builds of this package, as name=path; a path is a folder with index.js, or a module. */
  readonly builds: readonly (readonly [name: string, path: string])[];
  /** Whether builds were given, rather than the default dist/. */
  readonly hasOwnBuilds: boolean;
  /** File for the document; '': none. */
  readonly write: string | undefined;
}

export const usage = `npm run bench -- [--only cost,echo,…] [--rounds N] [--quick] [--engines chromium,node]
  [--contenders raw,ours,…] [--dist NAME=FOLDER]… [--profile] [--write FILE]`;

const parseList = (text: string | undefined): string[] =>
  text?.split(',').filter((word) => word !== '') ?? [];

function parseBuild(text: string): [string, string] {
  const [name = '', path] = text.split('=');
  return path === undefined ? ['ours', name] : [name, path];
}

export function readArguments(words: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      engines: { type: 'string', default: 'chromium,node' },
      contenders: { type: 'string' },
      dist: { type: 'string', multiple: true },
      write: { type: 'string' },
    },
  });
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) throw new RangeError(usage);
  return {
    only: parseList(values.only),
    rounds,
    quick: values.quick,
    profile: values.profile,
    engines: parseList(values.engines),
    contenders: parseList(values.contenders),
    builds: (values.dist ?? ['ours=dist']).map(parseBuild),
    hasOwnBuilds: values.dist !== undefined,
    write: values.write,
  };
}
