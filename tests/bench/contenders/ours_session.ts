// This package twice: in a session where the path of the URL is /session, elsewhere without one.
import { type Contender } from './contender.js';
import { createContender } from './ours.js';

const [plain, inSession] = [createContender(), createContender({ session: true })];

export const contender: Contender = {
  ...plain,
  open: (url, options) => (new URL(url).pathname === '/session' ? inSession : plain).open(url, options),
};
