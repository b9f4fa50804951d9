// The card of the connection: the status component, statistics, the time line of states and attempts, and the
// commands that the status component does not have.
import type { ReactElement } from 'react';
import type ResilientWebSocket from '@advakod/resilient-websocket';
import { WebSocketStatus, type UseChatWebSocketResult } from '@advakod/resilient-websocket/react';
import type { ConnectionRecord } from '../connection_record.js';
import { formatDuration, formatMilliseconds, useTexts } from '../texts.js';
import { useNow } from '../use_now.js';
import { useWidth } from '../use_width.js';
import { createTimeAxis } from './time_axis.js';
import { Legend, TimeLine } from './time_line.js';

interface Props {
  readonly connection: UseChatWebSocketResult;
  readonly record: ConnectionRecord;
  /** Number of chat messages that were sent; the client's own count includes typing signals. */
  readonly messagesSent: number;
}

export function ConnectionCard({ connection, record, messagesSent }: Props): ReactElement {
  const texts = useTexts();
  const { websocket, connectionState, forceReconnect } = connection;
  return (
    <section
      className="card"
      aria-labelledby="connection-title"
      data-testid="state"
      data-state={connectionState}
    >
      <header className="card-head">
        <h2 id="connection-title">{texts.connection}</h2>
        <Commands connection={connection} />
      </header>
      <div className="connection">
        <div className="connection-status">
          <WebSocketStatus
            websocket={websocket}
            showDetails
            // Short outages are what the page is about.
            quietFor={0}
            onReconnect={forceReconnect}
            locale={texts.locale}
          />
        </div>
        <div className="connection-record">
          {websocket !== null && <Facts websocket={websocket} record={record} messagesSent={messagesSent} />}
          <States connection={connection} record={record} />
        </div>
      </div>
    </section>
  );
}

function Commands({ connection }: Pick<Props, 'connection'>): ReactElement {
  const texts = useTexts();
  const { connectionState, isConnected, forceReconnect, disconnect } = connection;
  // In the states disconnected and failed the status component has a reconnect button.
  const canDisconnect = connectionState !== 'disconnected' && connectionState !== 'failed';
  return (
    <div className="row commands">
      {isConnected && (
        <button type="button" className="button button-quiet button-small" onClick={forceReconnect}>
          {texts.reconnect}
        </button>
      )}
      {canDisconnect && (
        <button type="button" className="button button-quiet button-small" onClick={disconnect}>
          {texts.disconnect}
        </button>
      )}
    </div>
  );
}

function States({ connection, record }: Pick<Props, 'connection' | 'record'>): ReactElement {
  const now = useNow(250);
  const [width, setChartElement] = useWidth(480);
  return (
    <div ref={setChartElement} className="states">
      <TimeLine connection={connection} record={record} axis={createTimeAxis(now, width)} />
      <Legend />
    </div>
  );
}

interface FactsProps extends Pick<Props, 'record' | 'messagesSent'> {
  readonly websocket: ResilientWebSocket;
}

function Facts({ websocket, record, messagesSent }: FactsProps): ReactElement {
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
      <Fact name={texts.facts.messages} value={String(messagesSent)} />
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
