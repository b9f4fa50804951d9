// Owns the wait for a client that is connected to a real server.
import { type Client, type Contender, type Wishes } from '../contenders/contender.js';

export interface Connected {
  readonly client: Client;
  readonly close: () => void;
}

/** Connects a client; resolves a task after its first `open`. */
export function connected(
  contender: Contender,
  url: string,
  wishes: Omit<Wishes, 'opened'>,
): Promise<Connected> {
  return new Promise((resolve) => {
    const made = contender.open(url, {
      ...wishes,
      opened: () => {
        setTimeout(() => {
          resolve(made);
        }, 0);
      },
    });
  });
}
