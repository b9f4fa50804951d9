// The plot of round-trip times, one line for each connection.
import type { ReactElement } from 'react';
import type { LatencySample } from '../connection_record.js';
import { formatMilliseconds, useTexts } from '../texts.js';
import { leftMargin, type TimeAxis } from './time_axis.js';

interface Props {
  readonly latencies: readonly LatencySample[];
  readonly axis: TimeAxis;
}

const height = 96;
const top = 8;
const bottom = height - 8;
const steps = [1, 2, 5];

export function LatencyPlot({ latencies, axis }: Props): ReactElement {
  const texts = useTexts();
  const visible = latencies.filter(({ at }) => at >= axis.start);
  const maximum = niceMaximum(Math.max(1, ...visible.map(({ roundTripTime }) => roundTripTime)));
  const y = (milliseconds: number): number => bottom - (milliseconds / maximum) * (bottom - top);
  const last = visible.at(-1)?.roundTripTime ?? 0;
  const label = texts.latencyPlotLabel(
    `${formatMilliseconds(texts, last)} ${texts.milliseconds}`,
    visible.length,
  );
  return (
    <svg className="chart" width={axis.width} height={height} role="img" aria-label={label}>
      {(visible.length === 0 ? [0] : [0, maximum / 2, maximum]).map((value) => (
        <g key={value}>
          <line className="chart-grid" x1={leftMargin} x2={axis.width} y1={y(value)} y2={y(value)} />
          <text className="chart-label chart-label-end" x={leftMargin - 6} y={y(value) + 4}>
            {value}
          </text>
        </g>
      ))}
      {groupByConnection(visible).map((samples) => {
        const points = samples.map(({ at, roundTripTime }) => `${axis.at(at)},${y(roundTripTime)}`);
        return <polyline key={samples[0]?.connection} className="chart-line" points={points.join(' ')} />;
      })}
      {visible.map(({ at, roundTripTime }) => (
        <circle key={at} className="chart-point" cx={axis.at(at)} cy={y(roundTripTime)} r={3} />
      ))}
      {visible.length === 0 && (
        <text className="chart-label chart-label-middle" x={axis.width / 2} y={height / 2}>
          {texts.noLatency}
        </text>
      )}
    </svg>
  );
}

/** The smallest of 1, 2, 5, 10, 20, 50… that is at least `value`. */
function niceMaximum(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = steps.find((candidate) => candidate * power >= value) ?? 10;
  return step * power;
}

function groupByConnection(samples: readonly LatencySample[]): readonly (readonly LatencySample[])[] {
  const groups = new Map<number, LatencySample[]>();
  for (const sample of samples) {
    const group = groups.get(sample.connection);
    if (group === undefined) groups.set(sample.connection, [sample]);
    else group.push(sample);
  }
  return [...groups.values()];
}
