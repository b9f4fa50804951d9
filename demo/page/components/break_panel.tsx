// The panel with the switch for the session, and the actions that break the server.
import { useState, type ReactElement } from 'react';
import type { DeliveryCounts } from '../delivery_counts.js';
import { useTexts } from '../texts.js';
import type { ServerControl } from '../use_server.js';
import { BreakButton } from './break_button.js';
import { CloseControl } from './close_control.js';
import { FaultControls } from './fault_controls.js';
import { Icon } from './icon.js';
import { ServerLine } from './server_line.js';
import { SessionControl, type SessionChoice } from './session_control.js';

/** Choices for the duration of an outage, seconds; null: until it is ended. */
const durations: readonly (number | null)[] = [3, 10, 30, null];

interface Props {
  readonly server: ServerControl;
  readonly choice: SessionChoice;
  readonly counts: DeliveryCounts;
}

export function BreakPanel({ server, choice, counts }: Props): ReactElement {
  const texts = useTexts();
  const [seconds, setSeconds] = useState<number | null>(10);
  const { status, runAction } = server;
  const isRunning = status?.phase === 'running';
  return (
    <section className="card" aria-labelledby="break-title">
      <header className="card-head">
        <h2 id="break-title">{texts.breakIt}</h2>
        <button
          type="button"
          className="button button-quiet button-small"
          onClick={() => {
            runAction('heal');
          }}
        >
          <Icon name="wrench" />
          {texts.heal}
        </button>
      </header>
      <SessionControl choice={choice} counts={counts} />
      <ServerLine server={server} />
      <DurationChoice chosen={seconds} choose={setSeconds} />
      <div className="break-acts">
        <BreakButton
          icon="bolt"
          name={texts.kill}
          hint={texts.killHint}
          onClick={() => {
            runAction('kill', { seconds });
          }}
        />
        <BreakButton
          icon="snow"
          name={texts.freeze}
          hint={texts.freezeHint}
          disabled={!isRunning}
          onClick={() => {
            runAction('freeze', { seconds });
          }}
        />
        <BreakButton
          icon="cut"
          name={texts.reset}
          hint={texts.resetHint}
          disabled={!isRunning}
          onClick={() => {
            runAction('reset');
          }}
        />
        <CloseControl server={server} />
      </div>
      <FaultControls server={server} />
    </section>
  );
}

interface DurationProps {
  readonly chosen: number | null;
  readonly choose: (seconds: number | null) => void;
}

function DurationChoice({ chosen, choose }: DurationProps): ReactElement {
  const texts = useTexts();
  return (
    <fieldset className="duration">
      <legend>{texts.duration}</legend>
      <div className="segments">
        {durations.map((seconds) => (
          <button
            key={seconds}
            type="button"
            aria-pressed={seconds === chosen}
            aria-label={seconds === null ? texts.forever : undefined}
            title={seconds === null ? texts.forever : undefined}
            onClick={() => {
              choose(seconds);
            }}
          >
            {seconds === null ? '∞' : `${seconds} ${texts.seconds}`}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
