// The lasting faults of the demo's server, which stay until they are reset. The one-off actions are in
// control.ts.

export interface Faults {
  /** Every handshake is answered with HTTP 403; open connections are reset when it begins. */
  readonly refuseHandshakes: boolean;
  /** No ping is answered and none is sent. */
  readonly mutePings: boolean;
  /** Delay of every frame the server sends, ms. */
  readonly latency: number;
}

export const noFaults: Faults = { refuseHandshakes: false, mutePings: false, latency: 0 };
export const maxLatency = 10_000;

/** `current` with the fields of `change`; null when a field is invalid. */
export function changeFaults(current: Faults, change: Readonly<Record<string, unknown>>): Faults | null {
  const next = { ...current };
  for (const [field, value] of Object.entries(change)) {
    if ((field === 'refuseHandshakes' || field === 'mutePings') && typeof value === 'boolean') {
      next[field] = value;
    } else if (field === 'latency' && isLatency(value)) {
      next.latency = value;
    } else {
      return null;
    }
  }
  return next;
}

function isLatency(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= maxLatency;
}
