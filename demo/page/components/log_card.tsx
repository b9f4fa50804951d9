// The list of the client's events, the latest first. It is not announced by screen readers.
import type { ReactElement } from 'react';
import type { LogEntry } from '../connection_record.js';
import { useTexts } from '../texts.js';

// The format of the log is the same in every language.
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

export function LogCard({ log }: { readonly log: readonly LogEntry[] }): ReactElement {
  const texts = useTexts();
  return (
    <section className="card" aria-labelledby="log-title">
      <header className="card-head">
        <h2 id="log-title">{texts.log}</h2>
        <small className="muted">{texts.logHint}</small>
      </header>
      <div className="log-scroll" role="region" aria-labelledby="log-title" tabIndex={0}>
        <ol className="log" data-testid="log">
          {[...log].reverse().map(({ id, at, name, detail, tone, count }) => (
            <li key={id} data-tone={tone}>
              <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>
              <span className="log-name">{name}</span>
              <span className="log-detail">
                {detail}
                {count > 1 && <span className="log-count">×{count}</span>}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
