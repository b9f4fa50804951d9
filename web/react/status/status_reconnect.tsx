// The part of the panel about the reconnect: number of the attempt, messages that wait, countdown and the button
// that connects at once. It is not a live region, because a screen reader would read out the countdown every
// second.
import { type ReactElement } from 'react';
import { type StatusSource } from './status_source.js';
import { countWaiting, isTrying, type StatusView } from './status_view.js';
import { type StatusTexts } from './status_texts.js';

interface ReconnectProps {
  readonly websocket: StatusSource;
  readonly onReconnect?: (() => unknown) | undefined;
  readonly view: StatusView;
  readonly texts: StatusTexts;
}

export function ReconnectInfo({ websocket, onReconnect, view, texts }: ReconnectProps): ReactElement {
  const { report, state, untilAttempt } = view;
  const { reconnectAttempts = 0, queuedMessages = 0 } = report;
  const maximum = websocket.options.maxReconnectAttempts;
  const hasEnded = state === 'failed' || state === 'disconnected';
  // Without the optional `nextAttemptAt` there is no countdown.
  const isRetrying = state === 'reconnecting' && untilAttempt !== undefined;
  const waiting = countWaiting(view);
  const seconds = isRetrying ? Math.ceil((untilAttempt ?? 0) / 1000) : 0;
  return (
    <>
      <span className="rws-counts">
        {isTrying(state) && reconnectAttempts > 0 && (
          <span>{texts.attempt(reconnectAttempts, maximum === Infinity ? '∞' : maximum)}</span>
        )}
        {queuedMessages > 0 && <span>{texts.queued(queuedMessages)}</span>}
        {waiting > 0 && <span>{texts.waiting(waiting)}</span>}
      </span>
      {(hasEnded || isRetrying) && (
        <span className="rws-reconnect">
          {isRetrying && (
            <span className="rws-countdown">
              {seconds > 0 ? texts.nextAttempt(seconds) : texts.attempting}
            </span>
          )}
          {(hasEnded || seconds > 0) && (
            <button
              type="button"
              className="rws-button"
              onClick={() => {
                if (onReconnect) onReconnect();
                else websocket.reconnect();
              }}
            >
              {hasEnded ? texts.reconnect : texts.reconnectNow}
            </button>
          )}
        </span>
      )}
    </>
  );
}
