// A server's side of a WebSocket without a network: it delivers the client's frames and `close` at once, also while the
// server is in one of its methods.
import { vi } from 'vitest';
import type { ServerSocket } from '../../../server/node/index.js';
import type { Frame } from './client.js';

type Listener = (...args: unknown[]) => void;

export class SocketDouble implements ServerSocket {
  /** What the server has sent: control frames as objects, messages as text. */
  readonly sent: (Frame | string)[] = [];
  readonly codes: number[] = [];
  readonly #listeners = new Map<string, Listener>();
  #isClosed = false;
  /** Called inside of `send`, with what is sent. */
  onSend: (frame: Frame | string) => void = () => undefined;

  on(event: string, listener: (...args: never[]) => void): this {
    this.#listeners.set(event, listener as Listener);
    return this;
  }

  send(data: string | Uint8Array, callback?: () => void): void {
    const text = Buffer.from(data as Uint8Array).toString();
    const frame = text.startsWith('{"rws":"') ? (JSON.parse(text) as Frame) : text;
    this.sent.push(frame);
    this.onSend(frame);
    callback?.();
  }

  close(code = 1005): void {
    this.codes.push(code);
    this.leave();
  }

  terminate(): void {
    this.close(1006);
  }

  /** The connection ends. */
  leave(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listeners.get('close')?.();
  }

  /** Frames of the client: control frames as objects, messages as text. */
  deliver(...frames: readonly (Frame | string)[]): void {
    for (const frame of frames) {
      this.#listeners.get('message')?.(typeof frame === 'string' ? frame : JSON.stringify(frame), false);
    }
  }

  hello(session: unknown = null, attempt = 1, received = 0): void {
    this.deliver({ rws: 'hello', v: 1, session, attempt, received, window: 1000 });
  }

  /** The messages that the server has sent. */
  get messages(): readonly string[] {
    return this.sent.filter((frame) => typeof frame === 'string');
  }

  /** The control frames of this name. */
  controls(rws: string): readonly Frame[] {
    return this.sent.filter((frame): frame is Frame => typeof frame !== 'string' && frame['rws'] === rws);
  }

  /** Resolves to the control frame of this name when there is one. */
  next(rws: string): Promise<Frame> {
    return vi.waitUntil(() => this.controls(rws)[0], { timeout: 5000, interval: 1 });
  }
}
