// Owns what the panel says about the way back: the attempt, the queue, the countdown, and the button that hurries.
// Refuses to be a live region: a countdown read out every second would drown everything else.
import { type ReactElement } from 'react';
import { type StatusSource } from './status_source.js';
import { type StatusView } from './status_view.js';
import { type StatusTexts } from './status_texts.js';

interface OutlookProps {
  readonly websocket: StatusSource;
  readonly onReconnect?: (() => unknown) | undefined;
  readonly view: StatusView;
  readonly texts: StatusTexts;
}

export function Outlook(props: OutlookProps): ReactElement {
  const { websocket, view, texts } = props;
  const { reconnectAttempts = 0, queuedMessages = 0 } = view.report;
  const most = websocket.options.maxReconnectAttempts;
  const isTrying = view.state === 'connecting' || view.state === 'reconnecting';
  return (
    <>
      <div className="rws-counts">
        {isTrying && reconnectAttempts > 0 && (
          <div>{texts.attempt(reconnectAttempts, most === Infinity ? '∞' : most)}</div>
        )}
        {queuedMessages > 0 && <div>{texts.queued(queuedMessages)}</div>}
      </div>
      <WayBack {...props} />
    </>
  );
}

function WayBack({ websocket, onReconnect, view, texts }: OutlookProps): ReactElement | null {
  const { nextAttemptAt } = view.report;
  const isOver = view.state === 'failed' || view.state === 'disconnected';
  // A client that does not know the time of the next attempt says nothing about it.
  if (!isOver && (view.state !== 'reconnecting' || nextAttemptAt === undefined)) return null;
  const seconds = Math.ceil(((nextAttemptAt ?? 0) - view.now) / 1000);
  const isWaiting = !isOver && seconds > 0;
  return (
    <div className="rws-way-back">
      {!isOver && (
        <div className="rws-countdown">{isWaiting ? texts.nextAttempt(seconds) : texts.attempting}</div>
      )}
      {(isOver || isWaiting) && (
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
  );
}
