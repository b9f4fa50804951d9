// Owns the card of the connection: its state, the numbers about it, and the three commands.
// Refuses to break anything; see break_panel.tsx.
import type { ReactElement } from 'react';
import { asDuration, inMilliseconds, useTexts } from '../texts.js';
import type { Connection, ConnectionSnapshot } from '../use_connection.js';
import { useNow } from '../use_now.js';
import { ConnectionStatus } from './connection_status.js';

interface Props {
  readonly connection: Connection;
  readonly snapshot: ConnectionSnapshot;
}

export function ConnectionCard({ connection, snapshot }: Props): ReactElement {
  const texts = useTexts();
  const isIdle = ['disconnected', 'failed'].includes(snapshot.status.connectionState);
  return (
    <section className="card" aria-labelledby="connection-title">
      <h2 id="connection-title" className="visually-hidden">
        {texts.connection}
      </h2>
      <ConnectionStatus connection={connection} snapshot={snapshot} />
      <Facts snapshot={snapshot} />
      <Commands connection={connection} isIdle={isIdle} />
    </section>
  );
}

function Commands({
  connection,
  isIdle,
}: {
  readonly connection: Connection;
  readonly isIdle: boolean;
}): ReactElement {
  const texts = useTexts();
  const { websocket, connect } = connection;
  if (isIdle) {
    return (
      <button type="button" className="button" onClick={connect}>
        {texts.connect}
      </button>
    );
  }
  return (
    <div className="row">
      <button
        type="button"
        className="button"
        onClick={() => {
          websocket.reconnect();
        }}
      >
        {texts.reconnect}
      </button>
      <button
        type="button"
        className="button button-quiet"
        onClick={() => {
          websocket.disconnect();
        }}
      >
        {texts.disconnect}
      </button>
    </div>
  );
}

function Facts({ snapshot: { status, record } }: Pick<Props, 'snapshot'>): ReactElement {
  const texts = useTexts();
  const now = useNow(1000);
  const { stats, queuedMessages, connected } = status;
  const last = record.latencies.at(-1);
  const uptime = connected && stats.lastConnectedAt !== null ? now - stats.lastConnectedAt.getTime() : null;
  const asTime = (milliseconds: number): string =>
    `${inMilliseconds(texts, milliseconds)} ${texts.milliseconds}`;
  const mean =
    stats.averageLatency === 0 ? undefined : texts.mean(inMilliseconds(texts, stats.averageLatency));
  return (
    <dl className="facts">
      <Fact
        name={texts.facts.latency}
        value={last === undefined ? '–' : asTime(last.roundTripTime)}
        note={mean}
      />
      <Fact name={texts.facts.queue} value={String(queuedMessages)} />
      <Fact name={texts.facts.uptime} value={uptime === null ? '–' : asDuration(uptime)} />
      <Fact
        name={texts.facts.connections}
        value={String(stats.totalConnections)}
        note={stats.totalReconnections === 0 ? undefined : texts.again(stats.totalReconnections)}
      />
      <Fact name={texts.facts.messages} value={String(stats.totalMessages)} />
      <Fact name={texts.facts.errors} value={String(stats.totalErrors)} />
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string | undefined;
}

function Fact({ name, value, note }: FactProps): ReactElement {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== undefined && <small>{note}</small>}
      </dd>
    </div>
  );
}
