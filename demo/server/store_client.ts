// Owns the server process's side of the store: a call goes out over IPC, its result comes back.
// Refuses to cache: what the store says is what is true.
import type { StoreCallName, StoreCalls, StoreRequest, ToSupervisor } from './ipc.js';

export class StoreClient {
  readonly #post: (message: ToSupervisor) => void;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  constructor(post: (message: ToSupervisor) => void) {
    this.#post = post;
  }

  call<Name extends StoreCallName>(
    call: Name,
    argumentsOfCall: StoreCalls[Name]['arguments'],
  ): Promise<StoreCalls[Name]['result']> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve as (result: unknown) => void);
      this.#post({ kind: 'store', id, call, arguments: argumentsOfCall } as StoreRequest);
    });
  }

  settle(id: number, result: unknown): void {
    this.#waiting.get(id)?.(result);
    this.#waiting.delete(id);
  }
}
