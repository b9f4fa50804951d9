// The controls for lasting faults: two switches and the latency. Their state is the supervisor's.
import type { ReactElement } from 'react';
import { noFaults } from '../../server/faults.js';
import { useTexts } from '../texts.js';
import type { ServerControl } from '../use_server.js';
import { Switch } from './switch.js';

const maxDelay = 3000;
const delayStep = 100;

export function FaultControls({
  server: { status, runAction },
}: {
  readonly server: ServerControl;
}): ReactElement {
  const texts = useTexts();
  const faults = status?.faults ?? noFaults;
  const delay = `${faults.latency} ${texts.milliseconds}`;
  return (
    <div className="faults">
      <Switch
        name={texts.refuse}
        hint={texts.refuseHint}
        checked={faults.refuseHandshakes}
        change={(refuseHandshakes) => {
          runAction('faults', { refuseHandshakes });
        }}
      />
      <Switch
        name={texts.mute}
        hint={texts.muteHint}
        checked={faults.mutePings}
        change={(mutePings) => {
          runAction('faults', { mutePings });
        }}
      />
      <label className="slider">
        <span>{texts.latency}</span>
        <output>{delay}</output>
        <input
          type="range"
          min={0}
          max={maxDelay}
          step={delayStep}
          value={faults.latency}
          aria-valuetext={delay}
          onChange={({ target }) => {
            runAction('faults', { latency: Number(target.value) });
          }}
        />
      </label>
    </div>
  );
}
