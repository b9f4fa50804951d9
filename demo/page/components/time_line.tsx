// The chart of states as a band, with marks for attempts and the scheduled retry, and its legend.
import type { ReactElement } from 'react';
import type { ConnectionState } from '@advakod/resilient-websocket';
import type { UseChatWebSocketResult } from '@advakod/resilient-websocket/react';
import { useTexts } from '../texts.js';
import type { Attempt, ConnectionRecord } from '../connection_record.js';
import { leftMargin, type TimeAxis } from './time_axis.js';

interface Props {
  readonly connection: Pick<UseChatWebSocketResult, 'connectionState' | 'nextAttemptAt'>;
  readonly record: ConnectionRecord;
  readonly axis: TimeAxis;
}

const states: readonly ConnectionState[] = [
  'connected',
  'connecting',
  'reconnecting',
  'disconnected',
  'failed',
];

const height = 74;
const bandHeight = 22;
const attemptY = 40;
const labelY = 68;

export function TimeLine({ connection, record, axis }: Props): ReactElement {
  const texts = useTexts();
  const label = texts.timelineLabel(texts.states[connection.connectionState]);
  const visible = record.attempts.filter(({ at }) => at >= axis.start);
  return (
    <svg className="chart" width={axis.width} height={height} role="img" aria-label={label}>
      <Band spans={record.spans} axis={axis} />
      {visible.map((attempt) => (
        <AttemptMark key={attempt.at} attempt={attempt} x={axis.at(attempt.at)} />
      ))}
      {connection.nextAttemptAt !== null && (
        <ScheduledMark x={axis.at(connection.nextAttemptAt)} axis={axis} />
      )}
      <line className="chart-now" x1={axis.at(axis.now)} x2={axis.at(axis.now)} y1={0} y2={height - 16} />
      <text className="chart-label chart-label-middle" x={axis.at(axis.now)} y={labelY}>
        {texts.now}
      </text>
      {axis.marks.map((seconds) => (
        <text key={seconds} className="chart-label" x={axis.at(axis.now - seconds * 1000)} y={labelY}>
          {texts.ago(seconds)}
        </text>
      ))}
    </svg>
  );
}

export function Legend(): ReactElement {
  const texts = useTexts();
  return (
    <ul className="legend">
      {states.map((state) => (
        <li key={state} data-state={state}>
          <span className="swatch" aria-hidden="true" />
          {texts.states[state]}
        </li>
      ))}
    </ul>
  );
}

type Spans = ConnectionRecord['spans'];

function Band({ spans, axis }: { readonly spans: Spans; readonly axis: TimeAxis }): ReactElement {
  return (
    <g>
      <rect
        className="chart-empty"
        x={leftMargin}
        y={0}
        width={Math.max(0, axis.at(axis.now) - leftMargin)}
        height={bandHeight}
        rx={4}
      />
      {spans.map(({ state, from }, index) => {
        const start = Math.max(leftMargin, axis.at(from));
        const end = axis.at(Math.min(axis.now, spans[index + 1]?.from ?? axis.now));
        if (end <= leftMargin) return null;
        const width = Math.max(1.5, end - start);
        return (
          <rect
            key={`${from} ${state}`}
            className="chart-state"
            data-state={state}
            x={start}
            y={0}
            width={width}
            height={bandHeight}
            rx={Math.min(3, width / 2)}
          />
        );
      })}
    </g>
  );
}

function AttemptMark({
  attempt: { outcome },
  x,
}: {
  readonly attempt: Attempt;
  readonly x: number;
}): ReactElement {
  const texts = useTexts();
  return (
    <g className="chart-attempt" data-outcome={outcome} transform={`translate(${x} ${attemptY})`}>
      <title>{texts.outcome[outcome]}</title>
      <line x1={0} x2={0} y1={attemptY * -1 + bandHeight} y2={-6} />
      {outcome === 'failed' ? <path d="M-4 -4L4 4M4 -4L-4 4" /> : <circle r={4.5} />}
    </g>
  );
}

function ScheduledMark({ x, axis }: { readonly x: number; readonly axis: TimeAxis }): ReactElement | null {
  const texts = useTexts();
  if (x > axis.width - 6 || x < axis.at(axis.now)) return null;
  return (
    <g className="chart-attempt" data-outcome="planned" transform={`translate(${x} ${attemptY})`}>
      <title>{texts.planned}</title>
      <line x1={0} x2={0} y1={attemptY * -1} y2={-6} />
      <circle r={4.5} />
    </g>
  );
}
