// What the status component shows of a client: the state, whether the panel is open, and the error. Pure
// functions from one view to the next; listeners and timers are in status_store.ts, the markup is in
// websocket_status.tsx.
import { type ConnectionState } from '../../types.js';
import { type SessionCounts, type StatusReport } from './status_source.js';

/** Messages of the session that have no acknowledgement yet. */
interface Waiting {
  /** The value of `acknowledged` at which all messages sent before `since` are acknowledged. */
  readonly upTo: number;
  /** By the monotonic clock, ms. */
  readonly since: number;
  /** Whether they have waited for LATE_AFTER. */
  readonly isLate: boolean;
  /** Whether those before them had: the text stays until messages are acknowledged in time. */
  readonly wereLate: boolean;
}

export interface StatusView {
  /** The latest report of the client, and its text for the state in the report. */
  readonly report: StatusReport;
  readonly reportedText: string | null;
  /** From the report to the scheduled attempt, ms; null without one, undefined if the client does not tell. */
  readonly untilAttempt: number | null | undefined;
  /** From the last pong, and from the loss of the connection, to the report, ms; null if there was none. */
  readonly sincePong: number | null;
  readonly sinceLoss: number | null;
  /** When the report was read, by the monotonic clock, ms. */
  readonly readAt: number;
  /** Null while all messages of the session are acknowledged, and without a session. */
  readonly waiting: Waiting | null;
  /** The state that is shown; an older one than the report's while `isQuiet`. */
  readonly state: ConnectionState;
  /** The client's text for the shown state; null if the component must use its own. */
  readonly stateText: string | null;
  readonly isOpen: boolean;
  /** Whether the panel is always open, for the details. */
  readonly isPinned: boolean;
  /**
   * Whether an outage or a first connect, with its error, is not shown yet because it has only just begun.
   */
  readonly isQuiet: boolean;
  /** The latest error; `text` is null if the client has no text that may be shown. */
  readonly problem: { readonly text: string | null } | null;
  /** Round-trip times, ms, oldest first. */
  readonly latencies: readonly number[];
}

/** What is read from the client at one moment. */
export type StatusReading = Pick<
  StatusView,
  'report' | 'reportedText' | 'untilAttempt' | 'sincePong' | 'sinceLoss' | 'readAt'
>;

/** Messages without an acknowledgement count as late after this time, ms. Servers delay acknowledgements to combine them. */
export const LATE_AFTER = 1000;

const MAX_LATENCIES = 30;
const connectionErrors = /^(network|server|unknown)_error$/;
const clientErrors =
  /^((auth|server|network|unknown|send|parse)_error|message_too_large|invalid_message|session_taken)$/;

/** The view before the client was read, and on a server. */
export const initialView: StatusView = {
  report: { connectionState: 'disconnected' },
  reportedText: null,
  untilAttempt: undefined,
  sincePong: null,
  sinceLoss: null,
  readAt: 0,
  waiting: null,
  state: 'disconnected',
  stateText: null,
  isOpen: false,
  isPinned: false,
  isQuiet: false,
  problem: null,
  latencies: [],
};

export function isTrying(state: ConnectionState): boolean {
  return state === 'connecting' || state === 'reconnecting';
}

/** The first view of a client. `isPinned`: the panel is always open. */
export function createView(reading: StatusReading, quietFor: number, isPinned: boolean): StatusView {
  const view = updateView({ ...initialView, isOpen: isPinned, isPinned }, reading, quietFor);
  // An outage whose beginning is unknown is shown at once.
  const isRecent = reading.sinceLoss !== null && reading.sinceLoss < quietFor;
  return view.isQuiet && reading.report.connectionState === 'reconnecting' && !isRecent
    ? openView(view)
    : view;
}

/** Shows the reported state. */
function showReport(view: StatusView, isOpen: boolean): StatusView {
  const { report, reportedText, isPinned } = view;
  return {
    ...view,
    state: report.connectionState,
    stateText: reportedText,
    isOpen: isOpen || isPinned,
    isQuiet: false,
  };
}

/** Shows the reported state in the panel. */
export function openView(view: StatusView): StatusView {
  return showReport(view, true);
}

/** Ends the quiet time: what was held back is shown in the panel. */
export function revealView(view: StatusView): StatusView {
  return view.isQuiet ? openView(view) : view;
}

/**
 * Takes over a reading. A new outage stays quiet for `quietFor` ms, unless the panel shows an outage already.
 */
export function updateView(view: StatusView, reading: StatusReading, quietFor: number): StatusView {
  const waiting = updateWaiting(view.waiting, reading.report.session ?? {}, reading.readAt);
  const next = { ...view, ...reading, waiting };
  const state = reading.report.connectionState;
  // The text of the same state may have changed with the language.
  if (state === view.report.connectionState)
    return view.state === state ? { ...next, stateText: reading.reportedText } : next;
  if (state !== 'reconnecting' && state !== 'failed') next.problem = null;
  const isOutageShown = view.isOpen && view.state !== 'connected';
  if (isTrying(state) && !isOutageShown && quietFor > 0) return { ...next, isQuiet: true };
  return showReport(next, state !== 'connected' || view.isOpen);
}

function updateWaiting(
  before: Waiting | null,
  { unacknowledged = 0, acknowledged = 0 }: SessionCounts,
  now: number,
): Waiting | null {
  if (unacknowledged === 0) return null;
  if (before !== null && acknowledged < before.upTo) {
    return { ...before, isLate: now - before.since >= LATE_AFTER };
  }
  return {
    upTo: acknowledged + unacknowledged,
    since: now,
    isLate: false,
    wereLate: before?.isLate ?? false,
  };
}

/** How many messages to show as waiting for confirmation: those that are late, or all while there is no connection. */
export function countWaiting({ waiting, state, report }: StatusView): number {
  const isShown = waiting !== null && (waiting.isLate || waiting.wereLate || state !== 'connected');
  return isShown ? (report.session?.unacknowledged ?? 0) : 0;
}

/**
 * Opens the panel for an error, with two exceptions: an error of an outage that the client is recovering
 * from, and an error of an outage that is just beginning (the `error` event precedes the change of state).
 * Only texts of the client's own errors are shown.
 */
export function withError(view: StatusView, error: unknown): StatusView {
  const { type, message, recoverable } = (error ?? {}) as Record<string, unknown>;
  const state = view.report.connectionState;
  const isKnown = clientErrors.test(String(type)) && typeof message === 'string';
  const next = { ...view, problem: { text: isKnown ? message : null } };
  if (isTrying(state) && recoverable !== false) return isKnown ? next : view;
  const isLoss = state === 'connected' && recoverable === true && connectionErrors.test(String(type));
  return isLoss ? { ...next, isQuiet: true } : openView(next);
}

export function withLatency(view: StatusView, measured: unknown): StatusView {
  const { roundTripTime } = (measured ?? {}) as Record<string, unknown>;
  const latencies = [...view.latencies, roundTripTime].filter(Number.isFinite) as number[];
  return { ...view, latencies: latencies.slice(-MAX_LATENCIES) };
}

/** Closes the panel. While connected this also removes the error. */
export function hideView(view: StatusView): StatusView {
  const next = { ...view, isOpen: view.isPinned };
  return view.report.connectionState === 'connected' ? { ...next, problem: null, isQuiet: false } : next;
}
