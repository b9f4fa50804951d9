// The card with the plot of round-trip times.
import type { ReactElement } from 'react';
import type { ConnectionRecord } from '../connection_record.js';
import { useTexts } from '../texts.js';
import { useNow } from '../use_now.js';
import { useWidth } from '../use_width.js';
import { LatencyPlot } from './latency_plot.js';
import { createTimeAxis } from './time_axis.js';

export function LatencyCard({ latencies }: Pick<ConnectionRecord, 'latencies'>): ReactElement {
  const texts = useTexts();
  const now = useNow(250);
  const [width, setChartElement] = useWidth(720);
  return (
    <section className="card" aria-labelledby="latency-title">
      <header className="card-head">
        <h2 id="latency-title">{texts.latencyPlot}</h2>
      </header>
      <div ref={setChartElement}>
        <LatencyPlot latencies={latencies} axis={createTimeAxis(now, width)} />
      </div>
    </section>
  );
}
