// Owns the look of one act of the panel: a picture, a name, a word about what it does.
// Refuses to do it: `act` does.
import type { ReactElement } from 'react';
import { Icon, type IconName } from './icon.js';

interface Props {
  readonly icon: IconName;
  readonly name: string;
  readonly hint?: string;
  readonly act: () => void;
  readonly disabled?: boolean;
}

export function BreakButton({ icon, name, hint, act, disabled = false }: Props): ReactElement {
  return (
    <button type="button" className="break-button" disabled={disabled} onClick={act}>
      <span className="break-icon">
        <Icon name={icon} />
      </span>
      <span>
        <strong>{name}</strong>
        {hint !== undefined && <small>{hint}</small>}
      </span>
    </button>
  );
}
