// Owns what the user is told about a client: which state, in a panel or not, and with which error. Pure functions.
// Refuses time that passes and listeners (status_store.ts), and elements (websocket_status.tsx).
import { type ConnectionState } from '../../types.js';
import { type StatusReport } from './status_source.js';

export interface StatusView {
  /** What the client said last, and its words for its state. */
  readonly report: StatusReport;
  readonly words: string | null;
  /** Time of the report, epoch ms. */
  readonly now: number;
  /** The state the user is told; it lags behind the real one while an outage is kept quiet. */
  readonly state: ConnectionState;
  /** The client's words for that state; null where the page's must do. */
  readonly text: string | null;
  readonly isOpen: boolean;
  /** Always open, for the details. */
  readonly isPinned: boolean;
  /** Whether an outage, or a first connect, is too young to be told, and its error with it. */
  readonly isQuiet: boolean;
  /** The latest error; its text is null if the client has none that may be shown. */
  readonly problem: { readonly text: string | null } | null;
  /** Round-trip times, ms, oldest first. */
  readonly latencies: readonly number[];
}

/** What there is to know of the client now. */
export type StatusNews = Pick<StatusView, 'report' | 'words' | 'now'>;

const LATENCIES_KEPT = 30;
const losses = /^(network|server|unknown)_error$/;
const errorTypes = /^((auth|server|network|unknown|send|parse)_error|message_too_large|invalid_message)$/;

/** Of a client that was not asked yet, as on a server: its socket is not the browser's. */
export const unconnected: StatusView = {
  report: { connectionState: 'disconnected' },
  words: null,
  now: 0,
  state: 'disconnected',
  text: null,
  isOpen: false,
  isPinned: false,
  isQuiet: false,
  problem: null,
  latencies: [],
};

export function isTrying(state: ConnectionState): boolean {
  return state === 'connecting' || state === 'reconnecting';
}

/** The view of a client when it is first seen. `isPinned`: the panel is always open. */
export function firstView(news: StatusNews, quietFor: number, isPinned: boolean): StatusView {
  const view = followed({ ...unconnected, isOpen: isPinned, isPinned }, news, quietFor);
  const lostAt = news.report.stats?.lastDisconnectedAt;
  // When nobody says when a loss began, it is not young.
  const isYoung = lostAt && news.now - Number(lostAt) < quietFor;
  return view.isQuiet && news.report.connectionState === 'reconnecting' && !isYoung ? opened(view) : view;
}

/** Tells the real state. */
function told(view: StatusView, opens: boolean): StatusView {
  const { report, words, isPinned } = view;
  return {
    ...view,
    state: report.connectionState,
    text: words,
    isOpen: opens || isPinned,
    isQuiet: false,
  };
}

/** Tells the real state in a panel. */
export function opened(view: StatusView): StatusView {
  return told(view, true);
}

/** Tells what was kept quiet, if anything is. */
export function spoken(view: StatusView): StatusView {
  return view.isQuiet ? opened(view) : view;
}

/** Takes in a report. An outage is kept quiet unless the user knows of trouble already. */
export function followed(view: StatusView, news: StatusNews, quietFor: number): StatusView {
  const next = { ...view, ...news };
  const state = news.report.connectionState;
  // The words may have changed all the same, with the language.
  if (state === view.report.connectionState)
    return view.state === state ? { ...next, text: news.words } : next;
  if (state !== 'reconnecting' && state !== 'failed') next.problem = null;
  const knowsOfTrouble = view.isOpen && view.state !== 'connected';
  if (isTrying(state) && !knowsOfTrouble && quietFor > 0) return { ...next, isQuiet: true };
  return told(next, state !== 'connected' || view.isOpen);
}

/**
 * Opens for an error, unless it is one of an outage the client is at work on, or of one that begins, which is known
 * before the connection is seen to be lost. Only texts of the client's own errors are shown.
 */
export function withError(view: StatusView, error: unknown): StatusView {
  const { type, message, recoverable } = (error ?? {}) as Record<string, unknown>;
  const state = view.report.connectionState;
  const isKnown = errorTypes.test(String(type)) && typeof message === 'string';
  const next = { ...view, problem: { text: isKnown ? message : null } };
  if (isTrying(state) && recoverable !== false) return isKnown ? next : view;
  const isLoss = state === 'connected' && recoverable === true && losses.test(String(type));
  return isLoss ? { ...next, isQuiet: true } : opened(next);
}

export function withLatency(view: StatusView, measured: unknown): StatusView {
  const { roundTripTime } = (measured ?? {}) as Record<string, unknown>;
  const latencies = [...view.latencies, roundTripTime].filter(Number.isFinite) as number[];
  return { ...view, latencies: latencies.slice(-LATENCIES_KEPT) };
}

/** Closes the panel; an error that broke nothing is done with. */
export function closed(view: StatusView): StatusView {
  const next = { ...view, isOpen: view.isPinned };
  return view.report.connectionState === 'connected' ? { ...next, problem: null, isQuiet: false } : next;
}
