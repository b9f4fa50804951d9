// The location of the consumers: outside of the checkout, so that they do not find its node_modules.
import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

// Kept between runs; separate for every user and checkout.
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
