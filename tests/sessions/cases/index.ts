// All cases for servers, by rule.
import { casesOf, type CaseBody, type ConformanceCase } from '../kit/cases.js';
import { atOnce, counting, limits } from './counting.js';
import { byes, expiries } from './ending.js';
import { frameCases } from './frames.js';
import { beforeWelcome, firstFrame, kept, sentAgain } from './opening.js';
import {
  expiredElsewhere,
  fences,
  killed,
  lostStores,
  moves,
  principalsElsewhere,
  skipsElsewhere,
} from './several_servers.js';
import { byesElsewhere, failingStores, frozenServers } from './store_failures.js';
import { apart, impossible, principals, takeover } from './takeover.js';
import { replies, skips, windows } from './window.js';

/** 0 is the section "Frames" of sessions.md. */
const bodies: Readonly<Record<number, readonly CaseBody[]>> = {
  0: frameCases,
  1: beforeWelcome,
  2: kept,
  3: sentAgain,
  4: [...counting, ...limits, ...killed, ...failingStores],
  5: atOnce,
  6: [...takeover, ...moves],
  7: [...principals, ...apart, ...principalsElsewhere],
  8: [...impossible, ...lostStores],
  9: [...replies, ...fences, ...frozenServers],
  10: windows,
  11: [...skips, ...skipsElsewhere],
  12: firstFrame,
  13: [...byes, ...byesElsewhere],
  14: [...expiries, ...expiredElsewhere],
};

export const cases: readonly ConformanceCase[] = Object.entries(bodies).flatMap(([rule, list]) =>
  casesOf(Number(rule), list),
);
