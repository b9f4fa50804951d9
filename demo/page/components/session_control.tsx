// The switch for the session, and the counts of messages since it was last changed. In a session sent, confirmed and arrived
// become equal whatever is broken; without one they differ.
import type { ReactElement } from 'react';
import type { DeliveryCounts } from '../delivery_counts.js';
import { useTexts } from '../texts.js';
import { Switch } from './switch.js';

export interface SessionChoice {
  readonly isOn: boolean;
  readonly choose: (isOn: boolean) => void;
}

interface Props {
  readonly choice: SessionChoice;
  readonly counts: DeliveryCounts;
}

export function SessionControl({ choice: { isOn, choose }, counts }: Props): ReactElement {
  const texts = useTexts();
  const { sent, confirmed, arrived, unconfirmed } = counts;
  const { session } = texts;
  return (
    <div className="session-control">
      <Switch
        className="switch-good"
        name={session.name}
        hint={isOn ? session.onHint : session.offHint}
        checked={isOn}
        change={choose}
      />
      <dl className="counts" data-testid="counts">
        <Count name={session.sent} value={sent} />
        <Count name={session.confirmed} value={confirmed} tone={confirmed === sent ? 'good' : 'open'} />
        <Count name={session.arrived} value={arrived} tone={arrived === sent ? 'good' : 'open'} />
        <Count name={session.unconfirmed} value={unconfirmed} tone={unconfirmed === 0 ? 'good' : 'bad'} />
      </dl>
    </div>
  );
}

interface CountProps {
  readonly name: string;
  readonly value: number;
  readonly tone?: 'good' | 'open' | 'bad';
}

function Count({ name, value, tone }: CountProps): ReactElement {
  return (
    <div className="count" data-tone={tone}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
