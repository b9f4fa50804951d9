// This package in a session.
import { createContender } from './ours.js';

export const contender = createContender({ session: true });
