// The store behind the status component: listens to a client, updates the view (status_view.ts), and runs the
// timers that end the quiet time, hide the panel and refresh the numbers.
import { type StatusEvent, type StatusSource } from './status_source.js';
import { createTimers } from './status_timers.js';
import {
  createView,
  hideView,
  LATE_AFTER,
  openView,
  revealView,
  updateView,
  withError,
  withLatency,
  type StatusReading,
  type StatusView,
} from './status_view.js';

export interface StatusStore {
  /** Adds the listeners and starts the timers; the returned function removes both. */
  readonly subscribe: (onChange: () => void) => () => void;
  readonly getView: () => StatusView;
  readonly open: () => void;
  readonly close: () => void;
  /** While the pointer is over the component, an error message is not hidden. */
  readonly setHovered: (isHovered: boolean) => void;
}

export interface StatusTiming {
  /** Outages shorter than this are not shown, ms. */
  readonly quietFor: number;
  /** Time after which the panel is hidden, ms. */
  readonly hideAfter: number;
  /** Whether the panel is always open; round-trip times are collected then. */
  readonly isPinned: boolean;
}

const REFRESH_INTERVAL = 5000;

export function createStatusStore(source: StatusSource, timing: StatusTiming): StatusStore {
  const { quietFor, hideAfter, isPinned } = timing;
  const updateTimer = createTimers();
  let onChange: (() => void) | undefined;
  let isHovered = false;
  const toDistance = createClock();
  const readSource = () => read(source, toDistance);
  let view = createView(readSource(), quietFor, isPinned);

  // Every change starts from a new reading of the client.
  const action = (change: (view: StatusView, argument: unknown) => StatusView) => (argument?: unknown) => {
    view = change(updateView(view, readSource(), quietFor), argument);
    updateTimers();
    onChange?.();
  };
  const refresh = action((same) => same);
  const reveal = action(revealView);
  const close = action(hideView);
  const listeners: [StatusEvent, (argument?: unknown) => void][] = [
    ['stateChange', refresh],
    ['open', refresh],
    ['close', refresh],
    ['error', action(withError)],
  ];
  if (isPinned) listeners.push(['latency', action(withLatency)]);

  // Without a subscriber no timer runs.
  function updateTimers(): void {
    const { report, problem, isOpen, isQuiet, state, untilAttempt } = view;
    const isTransient = problem ? !isHovered : isOpen && !isPinned;
    const remaining = isOpen && state === 'reconnecting' ? (untilAttempt ?? 0) : 0;
    updateTimer(reveal, isQuiet && onChange, quietFor);
    const isHiding = report.connectionState === 'connected' && isTransient && !isQuiet && onChange;
    // The error is the reason of the timer, so that a second error is shown for the full time.
    updateTimer(close, isHiding && (problem ?? onChange), hideAfter);
    // A countdown changes every second, and no event reports that messages wait; the rest is refreshed less often.
    const interval = report.session ? LATE_AFTER : REFRESH_INTERVAL;
    updateTimer(refresh, onChange && {}, remaining > 0 ? remaining % 1000 || 1000 : interval);
  }

  return {
    subscribe: (listener) => {
      onChange = listener;
      for (const [event, handler] of listeners) source.on(event, handler);
      refresh();
      return () => {
        onChange = undefined;
        for (const [event, handler] of listeners) source.off(event, handler);
        updateTimers();
      };
    },
    getView: () => view,
    open: action(openView),
    close,
    setHovered: (value) => {
      isHovered = value;
      updateTimers();
    },
  };
}

function read(source: StatusSource, toDistance: ToDistance): StatusReading {
  const report = source.getStatus();
  const { nextAttemptAt, lastPong, stats } = report;
  const sincePong = toDistance('pong', lastPong);
  const sinceLoss = toDistance('loss', stats?.lastDisconnectedAt);
  return {
    report,
    readAt: performance.now(),
    reportedText: source.getUserFriendlyStatus().text,
    untilAttempt: nextAttemptAt === undefined ? undefined : toDistance('attempt', nextAttemptAt),
    sincePong: sincePong === null ? null : -sincePong,
    sinceLoss: sinceLoss === null ? null : -sinceLoss,
  };
}

/** The time from now to another one of the wall clock, ms; null without one. */
type ToDistance = (name: string, time: Date | number | null | undefined) => number | null;

/**
 * The client's times are of the wall clock, which may be set at any moment: each is converted to the monotonic clock
 * once, when it is new.
 */
function createClock(): ToDistance {
  const known = new Map<string, { readonly time: number; readonly at: number }>();
  return (name, given) => {
    if (!given) return null;
    const time = Number(given);
    const before = known.get(name);
    const converted = before?.time === time ? before : { time, at: performance.now() + time - Date.now() };
    known.set(name, converted);
    return converted.at - performance.now();
  };
}
