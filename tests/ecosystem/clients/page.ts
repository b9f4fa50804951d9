// The clients in a page.
import { createRemote } from './remote.js';

Object.assign(globalThis, { remote: createRemote() });
