// A button of the panel: icon, name and a hint on what it does.
import type { ReactElement } from 'react';
import { Icon, type IconName } from './icon.js';

interface Props {
  readonly icon: IconName;
  readonly name: string;
  readonly hint?: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

export function BreakButton({ icon, name, hint, onClick, disabled = false }: Props): ReactElement {
  return (
    <button type="button" className="break-button" disabled={disabled} onClick={onClick}>
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
