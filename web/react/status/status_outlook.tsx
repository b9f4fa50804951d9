// Owns what the panel says about the way back: the attempt, the queue, the countdown, and the button that hurries.
// Refuses to be a live region: a countdown read out every second would drown everything else.
import { type ReactElement } from 'react';
import { type StatusSource } from './status_source.js';
import { isTrying, type StatusView } from './status_view.js';
import { type StatusTexts } from './status_texts.js';

interface OutlookProps {
  readonly websocket: StatusSource;
  readonly onReconnect?: (() => unknown) | undefined;
  readonly view: StatusView;
  readonly texts: StatusTexts;
}

export function Outlook({ websocket, onReconnect, view, texts }: OutlookProps): ReactElement {
  const { report, state, now } = view;
  const { reconnectAttempts = 0, queuedMessages = 0, nextAttemptAt } = report;
  const most = websocket.options.maxReconnectAttempts;
  const isOver = state === 'failed' || state === 'disconnected';
  // A client that does not know the time of the next attempt says nothing about it.
  const isOnItsWay = state === 'reconnecting' && nextAttemptAt !== undefined;
  const seconds = isOnItsWay ? Math.ceil(((nextAttemptAt ?? 0) - now) / 1000) : 0;
  return (
    <>
      <div className="rws-counts">
        {isTrying(state) && reconnectAttempts > 0 && (
          <div>{texts.attempt(reconnectAttempts, most === Infinity ? '∞' : most)}</div>
        )}
        {queuedMessages > 0 && <div>{texts.queued(queuedMessages)}</div>}
      </div>
      {(isOver || isOnItsWay) && (
        <div className="rws-way-back">
          {isOnItsWay && (
            <div className="rws-countdown">{seconds > 0 ? texts.nextAttempt(seconds) : texts.attempting}</div>
          )}
          {(isOver || seconds > 0) && (
            <button
              type="button"
              className="rws-button"
              onClick={() => {
                if (onReconnect) onReconnect();
                else websocket.reconnect();
              }}
            >
              {isOver ? texts.reconnect : texts.reconnectNow}
            </button>
          )}
        </div>
      )}
    </>
  );
}
