// The card of the connection: the status component, statistics, and the commands that the status component
// does not have.
import type { ReactElement } from 'react';
import type ResilientWebSocket from '@advakod/resilient-websocket';
import { WebSocketStatus, type UseChatWebSocketResult } from '@advakod/resilient-websocket/react';
import type { ConnectionRecord } from '../connection_record.js';
import { formatDuration, formatMilliseconds, useTexts } from '../texts.js';
import { useNow } from '../use_now.js';

interface Props {
  readonly connection: UseChatWebSocketResult;
  readonly record: ConnectionRecord;
}

export function ConnectionCard({ connection, record }: Props): ReactElement {
  const texts = useTexts();
  const { websocket, connectionState, forceReconnect } = connection;
  return (
    <section
      className="card"
      aria-labelledby="connection-title"
      data-testid="state"
      data-state={connectionState}
    >
      <h2 id="connection-title" className="visually-hidden">
        {texts.connection}
      </h2>
      <WebSocketStatus websocket={websocket} showDetails onReconnect={forceReconnect} locale={texts.locale} />
      {websocket !== null && <Facts websocket={websocket} record={record} />}
      <Commands connection={connection} />
    </section>
  );
}

function Commands({ connection }: Pick<Props, 'connection'>): ReactElement | null {
  const texts = useTexts();
  const { connectionState, isConnected, forceReconnect, disconnect } = connection;
  // In these states the status component has a reconnect button.
  if (connectionState === 'disconnected' || connectionState === 'failed') return null;
  return (
    <div className="row">
      {isConnected && (
        <button type="button" className="button" onClick={forceReconnect}>
          {texts.reconnect}
        </button>
      )}
      <button type="button" className="button button-quiet" onClick={disconnect}>
        {texts.disconnect}
      </button>
    </div>
  );
}

interface FactsProps {
  readonly websocket: ResilientWebSocket;
  readonly record: ConnectionRecord;
}

function Facts({ websocket, record }: FactsProps): ReactElement {
  const texts = useTexts();
  const now = useNow(1000);
  const { stats, queuedMessages, connected } = websocket.getStatus();
  const last = record.latencies.at(-1);
  const uptime = connected && stats.lastConnectedAt !== null ? now - stats.lastConnectedAt.getTime() : null;
  const formatLatency = (milliseconds: number): string =>
    `${formatMilliseconds(texts, milliseconds)} ${texts.milliseconds}`;
  const mean =
    stats.averageLatency === 0 ? undefined : texts.mean(formatMilliseconds(texts, stats.averageLatency));
  return (
    <dl className="facts">
      <Fact
        name={texts.facts.latency}
        value={last === undefined ? '–' : formatLatency(last.roundTripTime)}
        note={mean}
      />
      <Fact name={texts.facts.queue} value={String(queuedMessages)} />
      <Fact name={texts.facts.uptime} value={uptime === null ? '–' : formatDuration(uptime)} />
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
