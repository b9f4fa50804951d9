// Owns the display of the connection's state: its name and, while waiting, the time to the next attempt.
// Refuses to read the client itself: it shows the snapshot it is given.
import type { ReactElement } from 'react';
import type { ConnectionState } from '@advakod/resilient-websocket';
import { inSeconds, useTexts } from '../texts.js';
import type { Connection, ConnectionSnapshot } from '../use_connection.js';
import { useNow } from '../use_now.js';

interface Props {
  readonly connection: Connection;
  readonly snapshot: ConnectionSnapshot;
}

/** The small form for the page's head: a dot and the state in the client's own words. */
export function StatusBadge({
  state,
  text,
}: {
  readonly state: ConnectionState;
  readonly text: string;
}): ReactElement {
  return (
    <span className="badge" data-state={state} data-testid="state">
      <span className="dot" aria-hidden="true" />
      <span aria-live="polite">{text}</span>
    </span>
  );
}

export function ConnectionStatus({ connection, snapshot }: Props): ReactElement {
  const texts = useTexts();
  const { connectionState: state, reconnectAttempts, nextAttemptAt } = snapshot.status;
  const most = connection.websocket.options.maxReconnectAttempts;
  const isRetrying = state === 'reconnecting';
  return (
    <div className="status" data-state={state}>
      <Ring snapshot={snapshot} />
      <div>
        <strong className="status-text">{connection.websocket.getUserFriendlyStatus().text}</strong>
        <p className="status-detail">
          {isRetrying && texts.attempt(reconnectAttempts, most === Infinity ? '∞' : String(most))}
          {isRetrying && ' · '}
          {isRetrying && (nextAttemptAt === null ? texts.attempting : texts.nextAttempt)}
          {!isRetrying && texts.stateHints[state]}
        </p>
      </div>
    </div>
  );
}

const radius = 26;
const length = 2 * Math.PI * radius;

/** A ring that runs out as the next attempt comes near, the seconds left in its middle. */
function Ring({ snapshot: { status, record } }: { readonly snapshot: ConnectionSnapshot }): ReactElement {
  const texts = useTexts();
  const now = useNow(100);
  const { nextAttemptAt } = status;
  const left = nextAttemptAt === null ? null : Math.max(0, nextAttemptAt - now);
  const whole = record.wait === null ? 1 : Math.max(1, record.wait.until - record.wait.from);
  const share = left === null ? 1 : left / whole;
  const isBusy = status.connecting && left === null;
  return (
    <svg className={isBusy ? 'ring ring-busy' : 'ring'} viewBox="0 0 64 64" aria-hidden="true">
      <circle className="ring-track" cx="32" cy="32" r={radius} />
      <circle
        className="ring-share"
        cx="32"
        cy="32"
        r={radius}
        strokeDasharray={length}
        strokeDashoffset={length * (1 - (isBusy ? 0.25 : Math.min(1, share)))}
        transform="rotate(-90 32 32)"
      />
      {left === null ? (
        <circle className="ring-core" cx="32" cy="32" r="9" />
      ) : (
        <text className="ring-text" x="32" y="38" data-testid="countdown">
          {inSeconds(texts, left)}
        </text>
      )}
    </svg>
  );
}
