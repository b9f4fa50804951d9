// The actions on the demo's server, for the panel's HTTP calls and for tests. Malformed requests are rejected
// with a reason.
import type { BackendProcess, ServerStatus } from './backend_process.js';
import { changeFaults, noFaults } from './faults.js';

export type ControlBody = Readonly<Record<string, unknown>>;
export type ControlResult = { readonly error: string } | { readonly status: ServerStatus };

const maxOutage = 3600;
const allowedCloseCodes = new Set([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014]);

export class Control {
  readonly #backend: BackendProcess;

  constructor(backend: BackendProcess) {
    this.#backend = backend;
  }

  get status(): ServerStatus {
    return this.#backend.status;
  }

  /** Runs an action; the names are those of the panel's paths, /control/<action>. */
  run(action: string, body: ControlBody = {}): ControlResult {
    const error = this.#run(action, body);
    return error === null ? { status: this.status } : { error };
  }

  #run(action: string, body: ControlBody): string | null {
    switch (action) {
      case 'kill':
        return this.#withDuration(body, (seconds) => {
          this.#backend.kill(seconds);
        });
      case 'freeze':
        return this.#withDuration(body, (seconds) => {
          this.#backend.freeze(seconds);
        });
      case 'start':
        this.#backend.start();
        return null;
      case 'thaw':
        this.#backend.thaw();
        return null;
      case 'reset':
        this.#backend.reset();
        return null;
      case 'close':
        return this.#close(body);
      case 'faults':
        return this.#setFaults(body);
      case 'heal':
        this.#heal();
        return null;
      default:
        return `unknown action: ${action}`;
    }
  }

  #heal(): void {
    this.#backend.setFaults(noFaults);
    this.#backend.thaw();
    this.#backend.start();
  }

  #close({ code, reason = '' }: ControlBody): string | null {
    if (!isCloseCode(code)) return 'code: a close code a server may send (1000 to 1014, 3000 to 4999)';
    if (typeof reason !== 'string' || Buffer.byteLength(reason) > 123)
      return 'reason: at most 123 bytes of text';
    this.#backend.closeConnections(code, reason);
    return null;
  }

  #setFaults(body: ControlBody): string | null {
    const faults = changeFaults(this.status.faults, body);
    if (faults === null)
      return 'faults: refuseHandshakes and mutePings are booleans, latency is 0 to 10000 ms';
    const startsRefusing = faults.refuseHandshakes && !this.status.faults.refuseHandshakes;
    this.#backend.setFaults(faults);
    // An open connection needs no handshake: without the reset the fault would have no effect.
    if (startsRefusing) this.#backend.reset();
    return null;
  }

  #withDuration({ seconds = null }: ControlBody, action: (seconds: number | null) => void): string | null {
    const isDuration = typeof seconds === 'number' && seconds >= 0 && seconds <= maxOutage;
    if (seconds !== null && !isDuration) return `seconds: 0 to ${String(maxOutage)}, or null for no end`;
    action(isDuration ? seconds : null);
    return null;
  }
}

function isCloseCode(code: unknown): code is number {
  if (typeof code !== 'number' || !Number.isInteger(code)) return false;
  return allowedCloseCodes.has(code) || (code >= 3000 && code <= 4999);
}
