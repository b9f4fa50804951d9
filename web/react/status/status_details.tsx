// The statistics of the status component: a toggle, counts, times and a sparkline of round-trip times.
import { useId, useState, type ReactElement } from 'react';
import { Icon } from './status_icon.js';
import { type StatusView } from './status_view.js';
import { type StatusTexts } from './status_texts.js';

interface DetailsProps {
  readonly view: StatusView;
  readonly texts: StatusTexts;
  readonly locale: string;
}

const NONE = '–';

/** The toggle and, when open, the statistics. */
export function Details(props: DetailsProps): ReactElement {
  const id = useId();
  const [isShown, setShown] = useState(false);
  return (
    <span className="rws-details">
      <button
        type="button"
        className="rws-toggle"
        aria-expanded={isShown}
        aria-controls={id}
        onClick={() => {
          setShown(!isShown);
        }}
      >
        {props.texts.details}
        <Icon name="open" />
      </button>
      <span id={id} className="rws-statistics" hidden={!isShown}>
        {isShown && <Statistics {...props} />}
      </span>
    </span>
  );
}

function Statistics({ view, texts, locale }: DetailsProps): ReactElement {
  const { report, latencies } = view;
  const {
    totalConnections = 0,
    totalReconnections = 0,
    totalMessages = 0,
    lastConnectedAt,
    averageLatency,
  } = report.stats ?? {};
  const sincePong = view.sincePong === null ? null : Math.max(0, Math.floor(view.sincePong / 1000));
  const facts: readonly (readonly [name: string, value: string | number])[] = [
    [texts.connections, totalConnections],
    [texts.reconnections, totalReconnections],
    [texts.messages, totalMessages],
    [texts.connectedAt, lastConnectedAt ? new Date(lastConnectedAt).toLocaleTimeString(locale) : NONE],
    [texts.lastPong, sincePong === null ? NONE : texts.ago(sincePong)],
    [texts.averageLatency, averageLatency ? texts.milliseconds(Math.round(averageLatency)) : NONE],
  ];
  return (
    <>
      <span className="rws-facts">
        {facts.map(([name, value]) => (
          <span key={name} className="rws-fact">
            <span className="rws-name" role="term">
              {name}
            </span>
            <span className="rws-value" role="definition">
              {value}
            </span>
          </span>
        ))}
      </span>
      {latencies.length > 1 && <Sparkline latencies={latencies} texts={texts} />}
    </>
  );
}

function Sparkline({
  latencies,
  texts,
}: Pick<StatusView, 'latencies'> & Pick<DetailsProps, 'texts'>): ReactElement {
  const times = latencies.map(Math.round);
  const maximum = Math.max(...times);
  return (
    <svg
      className="rws-sparkline"
      width="240"
      height="32"
      viewBox={`0 0 ${times.length - 1} ${maximum || 1}`}
      preserveAspectRatio="none"
      overflow="visible"
      role="img"
      aria-label={texts.latencies(times.at(-1) ?? 0, Math.min(...times), maximum)}
    >
      <polyline
        points={times.map((time, index) => `${index},${maximum - time}`).join(' ')}
        fill="none"
        stroke="currentColor"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
