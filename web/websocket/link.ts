// The way from a client to its WebSocket. A client is reachable as long as its C++ object exists. So that a WebSocket that
// is CLOSED and that no one uses any more can be collected, its client refers to it weakly then; when it is collected, the
// client is destroyed.
import { type ResilientWebSocket } from '../index.js';

let collected: FinalizationRegistry<ResilientWebSocket> | undefined;

export class Link<Target extends object> {
  readonly #weak: WeakRef<Target>;
  #held: Target | undefined;

  constructor(target: Target, client: ResilientWebSocket) {
    this.#weak = new WeakRef(target);
    collected ??= new FinalizationRegistry((unused) => {
      unused.destroy();
    });
    collected.register(target, client);
  }

  get target(): Target | undefined {
    return this.#held ?? this.#weak.deref();
  }

  /** From now on the client keeps its WebSocket: events will come. */
  hold(target: Target | undefined): void {
    this.#held = target;
  }

  /** From now on the client does not keep it. */
  release(): void {
    // Keeps it until the end of the present task, in which it may be held again.
    this.#weak.deref();
    this.#held = undefined;
  }
}
