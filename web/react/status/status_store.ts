// Owns the view of one client while it lives: it listens to the client, has the view follow, and lets happen by itself
// what is due: the quiet ends, the panel hides, the numbers are renewed.
// Refuses to say what is told (status_view.ts).
import { type StatusEvent, type StatusSource } from './status_source.js';
import { createTimers } from './status_timers.js';
import {
  closed,
  firstView,
  followed,
  opened,
  spoken,
  withError,
  withLatency,
  type StatusNews,
  type StatusView,
} from './status_view.js';

export interface StatusStore {
  /** Starts the listening and the timers; the returned function ends both. */
  readonly subscribe: (onChange: () => void) => () => void;
  readonly getView: () => StatusView;
  readonly open: () => void;
  readonly close: () => void;
  /** While held, an error message does not hide. */
  readonly hold: (isHeld: boolean) => void;
}

export interface StatusTiming {
  /** ms */
  readonly quietFor: number;
  /** ms */
  readonly hideAfter: number;
  /** Whether the panel is always open; round-trip times are gathered then. */
  readonly isPinned: boolean;
}

const REFRESH = 5000;

export function createStatusStore(source: StatusSource, timing: StatusTiming): StatusStore {
  const { quietFor, hideAfter, isPinned } = timing;
  const keepTimer = createTimers();
  let onChange: (() => void) | undefined;
  let isHeld = false;
  let view = firstView(newsOf(source), quietFor, isPinned);

  // The client is asked before the change, which is one of what is so now.
  const doing = (change: (view: StatusView, argument: unknown) => StatusView) => (argument?: unknown) => {
    view = change(followed(view, newsOf(source), quietFor), argument);
    keepTimers();
    onChange?.();
  };
  const refresh = doing((same) => same);
  const speak = doing(spoken);
  const close = doing(closed);
  const listeners: [StatusEvent, (argument?: unknown) => void][] = [
    ['stateChange', refresh],
    ['open', refresh],
    ['close', refresh],
    ['error', doing(withError)],
  ];
  if (isPinned) listeners.push(['latency', doing(withLatency)]);

  // None is kept for a component that is gone.
  function keepTimers(): void {
    const { report, problem, isOpen, isQuiet, state, now } = view;
    const isTransient = problem ? !isHeld : isOpen && !isPinned;
    const left = isOpen && state === 'reconnecting' ? (report.nextAttemptAt ?? 0) - now : 0;
    keepTimer(speak, isQuiet && onChange, quietFor);
    // An error after another is shown as long.
    const hides = report.connectionState === 'connected' && isTransient && !isQuiet && onChange;
    keepTimer(close, hides && (problem ?? onChange), hideAfter);
    // A countdown moves on the second, everything else may wait.
    keepTimer(refresh, onChange && {}, left > 0 ? left % 1000 || 1000 : REFRESH);
  }

  return {
    subscribe: (listener) => {
      onChange = listener;
      for (const [event, handler] of listeners) source.on(event, handler);
      refresh();
      return () => {
        onChange = undefined;
        for (const [event, handler] of listeners) source.off(event, handler);
        keepTimers();
      };
    },
    getView: () => view,
    open: doing(opened),
    close,
    hold: (held) => {
      isHeld = held;
      keepTimers();
    },
  };
}

function newsOf(source: StatusSource): StatusNews {
  return { report: source.getStatus(), words: source.getUserFriendlyStatus().text, now: Date.now() };
}
