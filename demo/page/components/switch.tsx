// A switch with a name and a hint.
import type { ReactElement } from 'react';

interface Props {
  readonly name: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly change: (checked: boolean) => void;
  readonly className?: string;
}

export function Switch({ name, hint, checked, change, className = '' }: Props): ReactElement {
  return (
    <label className={`switch ${className}`}>
      <span>
        {name}
        <small>{hint}</small>
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        onChange={({ target }) => {
          change(target.checked);
        }}
      />
    </label>
  );
}
