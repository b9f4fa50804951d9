// Owns where the consumers live: outside of the checkout, whose node_modules they would find otherwise.
import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

// Kept from run to run; every user and every checkout has its own.
const owner = createHash('sha256')
  .update(`${userInfo().username}:${projectFolder}`)
  .digest('hex')
  .slice(0, 12);
export const consumersFolder = join(tmpdir(), `resilient-websocket-consumers-${owner}`);

const templatesFolder = join(projectFolder, 'tests/package/consumers');

/** Folder of a file or template below tests/package/consumers. */
export function template(name: string): string {
  return join(templatesFolder, name);
}
