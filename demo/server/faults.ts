// Owns the lasting faults of the demo's server: those that stay until they are taken back.
// Refuses to hold one-off acts (kill, freeze, reset, close); see control_api.ts.

export interface Faults {
  /** Every handshake is answered with HTTP 403. */
  readonly refuseHandshakes: boolean;
  /** The heartbeat is silent: no ping is answered and none is sent. */
  readonly mutePings: boolean;
  /** Delay of every frame the server sends, ms. */
  readonly latency: number;
}

export const noFaults: Faults = { refuseHandshakes: false, mutePings: false, latency: 0 };
export const longestLatency = 10_000;

/** `current` with the well-formed fields of `change` laid over it; null when a field is wrong. */
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
  return typeof value === 'number' && value >= 0 && value <= longestLatency;
}
