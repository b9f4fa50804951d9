// Owns the panel that breaks the server: which acts there are and how they are laid out.
// Refuses to explain what follows from an act: that is seen beside it.
import { useState, type ReactElement } from 'react';
import { useTexts } from '../texts.js';
import type { ServerControl } from '../use_server.js';
import { BreakButton } from './break_button.js';
import { CloseControl } from './close_control.js';
import { FaultControls } from './fault_controls.js';
import { Icon } from './icon.js';
import { ServerLine } from './server_line.js';

/** Choices for how long an outage lasts, seconds; null: until it is undone. */
const durations: readonly (number | null)[] = [3, 10, 30, null];

export function BreakPanel({ server }: { readonly server: ServerControl }): ReactElement {
  const texts = useTexts();
  const [seconds, setSeconds] = useState<number | null>(10);
  const { status, act } = server;
  const isRunning = status?.phase === 'running';
  return (
    <section className="card" aria-labelledby="break-title">
      <header className="card-head">
        <h2 id="break-title">{texts.breakIt}</h2>
        <button
          type="button"
          className="button button-quiet button-small"
          onClick={() => {
            act('heal');
          }}
        >
          <Icon name="wrench" />
          {texts.heal}
        </button>
      </header>
      <ServerLine server={server} />
      <fieldset className="duration">
        <legend>{texts.duration}</legend>
        <div className="segments">
          {durations.map((choice) => (
            <button
              key={choice}
              type="button"
              aria-pressed={choice === seconds}
              aria-label={choice === null ? texts.forever : undefined}
              title={choice === null ? texts.forever : undefined}
              onClick={() => {
                setSeconds(choice);
              }}
            >
              {choice === null ? '∞' : `${choice} ${texts.seconds}`}
            </button>
          ))}
        </div>
      </fieldset>
      <div className="break-acts">
        <BreakButton
          icon="bolt"
          name={texts.kill}
          hint={texts.killHint}
          act={() => {
            act('kill', { seconds });
          }}
        />
        <BreakButton
          icon="snow"
          name={texts.freeze}
          hint={texts.freezeHint}
          disabled={!isRunning}
          act={() => {
            act('freeze', { seconds });
          }}
        />
        <BreakButton
          icon="cut"
          name={texts.reset}
          hint={texts.resetHint}
          disabled={!isRunning}
          act={() => {
            act('reset');
          }}
        />
        <CloseControl server={server} />
      </div>
      <FaultControls server={server} />
    </section>
  );
}
