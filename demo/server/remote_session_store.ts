// The store of the sessions, for the server process: each step is carried out in the supervisor, where the sessions
// outlive the process.
import type { SessionStore } from '../../server/node/index.js';
import type { SessionStep } from './ipc.js';
import type { StoreClient } from './store_client.js';

export class RemoteSessionStore implements SessionStore {
  readonly #store: StoreClient;

  constructor(store: StoreClient) {
    this.#store = store;
  }

  readonly create = this.#forward('create');
  readonly take = this.#forward('take');
  readonly write = this.#forward('write');
  readonly acknowledge = this.#forward('acknowledge');
  readonly skip = this.#forward('skip');
  readonly read = this.#forward('read');
  readonly look = this.#forward('look');
  readonly end = this.#forward('end');
  readonly sweep = this.#forward('sweep');

  /** There is one server process at a time: no other one writes to a session that it holds. */
  subscribe(): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve());
  }

  #forward<Step extends SessionStep>(step: Step): SessionStore[Step] {
    const forward = (...parameters: readonly unknown[]): Promise<unknown> =>
      this.#store.call('sessionStep', { step, parameters });
    return forward as SessionStore[Step];
  }
}
