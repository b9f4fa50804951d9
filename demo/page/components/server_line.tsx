// The state of the server process, and the button that ends an outage.
import type { ReactElement } from 'react';
import { formatSeconds, useTexts } from '../texts.js';
import { useNow } from '../use_now.js';
import type { ServerControl } from '../use_server.js';

export function ServerLine({
  server: { status, runAction },
}: {
  readonly server: ServerControl;
}): ReactElement {
  const texts = useTexts();
  const now = useNow(200);
  const phase = status?.phase ?? 'unknown';
  const details = [
    status?.pid === null || status?.pid === undefined ? '' : texts.process(status.pid),
    phase === 'running' ? texts.clients(status?.connections ?? 0) : '',
    status?.until === null || status?.until === undefined
      ? ''
      : texts.until(formatSeconds(texts, status.until - now)),
  ];
  return (
    <div className="server-line" data-phase={phase}>
      <span className="dot" aria-hidden="true" />
      <span>
        <strong role="status">{texts.server[phase]}</strong>
        <small>{details.filter(Boolean).join(' · ')}</small>
      </span>
      {(phase === 'down' || phase === 'frozen') && (
        <button
          type="button"
          className="button button-small"
          onClick={() => {
            runAction(phase === 'down' ? 'start' : 'thaw');
          }}
        >
          {phase === 'down' ? texts.startNow : texts.thaw}
        </button>
      )}
    </div>
  );
}
