// The server process's access to the store: a call is sent over IPC, and its result comes back.
import type { StoreCallName, StoreCalls, StoreRequest, ToSupervisor } from './ipc.js';

export class StoreClient {
  readonly #post: (message: ToSupervisor) => void;
  readonly #pending = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  constructor(post: (message: ToSupervisor) => void) {
    this.#post = post;
  }

  call<Name extends StoreCallName>(
    call: Name,
    parameters: StoreCalls[Name]['arguments'],
  ): Promise<StoreCalls[Name]['result']> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      this.#post({ kind: 'store', id, call, arguments: parameters } as StoreRequest);
    });
  }

  handleResult(id: number, result: unknown): void {
    this.#pending.get(id)?.(result);
    this.#pending.delete(id);
  }
}
