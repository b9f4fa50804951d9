// Two charts with the same time axis: states and attempts, and round-trip times.
import type { ReactElement } from 'react';
import type { ConnectionState } from '@advakod/resilient-websocket';
import type { UseChatWebSocketResult } from '@advakod/resilient-websocket/react';
import type { ConnectionRecord } from '../connection_record.js';
import { useTexts } from '../texts.js';
import { useNow } from '../use_now.js';
import { useWidth } from '../use_width.js';
import { LatencyPlot } from './latency_plot.js';
import { createTimeAxis } from './time_axis.js';
import { TimeLine } from './time_line.js';

const states: readonly ConnectionState[] = [
  'connected',
  'connecting',
  'reconnecting',
  'disconnected',
  'failed',
];

interface Props {
  readonly connection: UseChatWebSocketResult;
  readonly record: ConnectionRecord;
}

export function ChartsCard({ connection, record }: Props): ReactElement {
  const texts = useTexts();
  const now = useNow(250);
  const [width, setChartElement] = useWidth(720);
  const axis = createTimeAxis(now, width);
  return (
    <section className="card" aria-labelledby="timeline-title">
      <header className="card-head">
        <h2 id="timeline-title">{texts.timeline}</h2>
        <ul className="legend">
          {states.map((state) => (
            <li key={state} data-state={state}>
              <span className="swatch" aria-hidden="true" />
              {texts.states[state]}
            </li>
          ))}
        </ul>
      </header>
      <div ref={setChartElement}>
        <TimeLine connection={connection} record={record} axis={axis} />
      </div>
      <h3>{texts.latencyPlot}</h3>
      <LatencyPlot latencies={record.latencies} axis={axis} />
    </section>
  );
}
