// Owns the panel's line to the supervisor: the server's status comes in, acts go out.
// Refuses to touch the connection: what an act does to it is the client's to notice.
import { useEffect, useState } from 'react';
import type { ServerStatus } from '../server/backend_process.js';

export interface ServerControl {
  readonly status: ServerStatus | null;
  readonly act: (name: string, body?: Readonly<Record<string, unknown>>) => void;
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
  return { status, act };
}

function act(name: string, body: Readonly<Record<string, unknown>> = {}): void {
  const headers = { 'content-type': 'application/json' };
  // The status event tells what came of it; a supervisor that is gone has nothing left to control.
  fetch(`/control/${name}`, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
}
