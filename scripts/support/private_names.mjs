// Owns the names of properties that only the core's bundle uses, which the build may therefore shorten as it shortens
// those of variables. Refuses names that users or the platform know: `checkPrivateNames` fails on them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed, root } from './run.mjs';
import { filesBelow } from './sources.mjs';

const names = [
  // The module and its host library.
  ...['closeEvent', 'facades', 'names', 'pointerOf', 'reasonLength'],
  ...['retryAfter', 'retryAfterOf', 'socketEvent', 'sockets', 'timers', 'withNumbers', 'withText'],
  // What crosses between the facade and one connection.
  ...['addressFailed', 'controlFrameMarker', 'defaults', 'getOption', 'handOverAtOnce'],
  ...['handOverFailed', 'option', 'receivedText', 'setOption'],
  // The parts of a client.
  ...[
    'addOriginal',
    'assignAll',
    'attach',
    'core',
    'createError',
    'delegate',
    'socketCreated',
    'dataOf',
    'deliver',
  ],
  ...['environment', 'forConnect', 'forConnected', 'forgetUpTo', 'hold', 'holds'],
  ...['isBinary', 'isConnect', 'isDebugging', 'isOnce', 'isRemoved', 'newest', 'outgoing'],
  ...['presentationChanged', 'rejectAll', 'stopConnecting', 'tell', 'tellAtOnce', 'thrown', 'valueRefused'],
  ...['traits', 'waiters'],
];

/** Matches them, and the functions that the module exports plainly. */
export const privateNames = new RegExp(`^(_rws\\w+|${names.join('|')})$`);

/** Declarations of members with one of the names in .d.ts files; paths below the root. */
function declaring(paths) {
  const found = new Set();
  for (const path of paths) {
    const text = readFileSync(join(root, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    for (const [, name] of text.matchAll(/\b(\w+)\??(?::|\(|<)/g))
      if (privateNames.test(name)) found.add(name);
  }
  return [...found];
}

/** Fails on a name that is declared in the published types or in those of the platform. */
export function checkPrivateNames() {
  const libraries = filesBelow('node_modules/typescript/lib', ['.d.ts']).filter((path) =>
    /lib\.[\w.]+$/.test(path),
  );
  const known = declaring([...filesBelow('dist/types', ['.d.ts']), ...libraries]);
  if (known.length > 0) throw new CommandFailed(`Not private to the core's bundle: ${known.join(', ')}`);
}
