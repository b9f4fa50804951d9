// The panel's connection to the supervisor: receives the server's status and sends actions.
import { useEffect, useState } from 'react';
import type { ServerStatus } from '../server/backend_process.js';

export interface ServerControl {
  readonly status: ServerStatus | null;
  readonly runAction: (name: string, body?: Readonly<Record<string, unknown>>) => void;
}

export function useServer(): ServerControl {
  const [status, setStatus] = useState<ServerStatus | null>(null);
  useEffect(() => {
    const events = new EventSource('/control/events');
    events.onmessage = ({ data }: MessageEvent<string>) => {
      setStatus(JSON.parse(data) as ServerStatus);
    };
    return () => {
      events.close();
    };
  }, []);
  return { status, runAction };
}

function runAction(name: string, body: Readonly<Record<string, unknown>> = {}): void {
  const headers = { 'content-type': 'application/json' };
  // The result is in the next status event. If the supervisor has exited, there is nothing to control.
  fetch(`/control/${name}`, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
}
