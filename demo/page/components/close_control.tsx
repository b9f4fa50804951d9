// Closes the connection from the server's side with a chosen code.
import { useState, type ReactElement } from 'react';
import { useTexts } from '../texts.js';
import type { ServerControl } from '../use_server.js';
import { BreakButton } from './break_button.js';

const codes = [1000, 1001, 1003, 1008, 1011, 1012, 1013, 4000] as const;
type Code = (typeof codes)[number];

export function CloseControl({
  server: { status, runAction },
}: {
  readonly server: ServerControl;
}): ReactElement {
  const texts = useTexts();
  const [code, setCode] = useState<Code>(1011);
  return (
    <div className="close-control">
      <BreakButton
        icon="door"
        name={`${texts.close} ${code}`}
        hint={texts.codes[code]}
        disabled={status?.phase !== 'running'}
        onClick={() => {
          runAction('close', { code, reason: 'demo' });
        }}
      />
      <select
        aria-label={texts.closeCode}
        value={code}
        onChange={({ target }) => {
          setCode(codes.find((known) => known === Number(target.value)) ?? code);
        }}
      >
        {codes.map((known) => (
          <option key={known} value={known}>
            {known}
          </option>
        ))}
      </select>
    </div>
  );
}
