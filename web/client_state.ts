// The private state of a client, and how the public class reads it.
import { type CoreSnapshot } from '#core';
import { DestroyedError } from './errors.js';
import { stateOf, type EmitterState } from './event_emitter.js';
import { type Listener } from './listener.js';
import { type Options } from './options.js';
import { type Condition } from './status.js';

export class ClientState implements EmitterState {
  readonly registrations: EmitterState['registrations'] = new Map();
  readonly reporter: EmitterState['reporter'];
  // Both are made after the emitter, and before anything uses them.
  listener!: Listener;
  options!: Options;
  /** What the getters show when the core is gone. */
  final: CoreSnapshot | null = null;
  isDestroyed = false;

  constructor(reporter: EmitterState['reporter']) {
    this.reporter = reporter;
  }
}

export function stateOfClient(client: object): ClientState {
  return stateOf(client) as object as ClientState;
}

/** For commands. Throws DestroyedError after `destroy()`. */
export function activeListenerOf(client: object): Listener {
  const { isDestroyed, listener } = stateOfClient(client);
  if (isDestroyed) throw new DestroyedError();
  return listener;
}

export function snapshotOf(client: object): CoreSnapshot {
  const { final, listener } = stateOfClient(client);
  return final ?? listener.client.snapshot();
}

export function conditionOf(client: object): Condition {
  const { state, socket } = stateOfClient(client).listener;
  return { state, readyState: socket.readyState, snapshot: snapshotOf(client) };
}

/** The same, with what the browser reports of the network now: a disconnected client gets no events of it. */
export function currentConditionOf(client: object): Condition {
  const { isDestroyed, listener } = stateOfClient(client);
  if (!isDestroyed) listener.refreshNetwork();
  return conditionOf(client);
}

/** Ends the client for good. Queued messages are reported as dropped for this reason. */
export function destroyClient(state: ClientState, reason: 'destroyed' | 'identity'): void {
  if (state.isDestroyed) return;
  state.isDestroyed = true;
  state.listener.endReason = reason;
  const { address, client, messages, promises } = state.listener;
  address.cancelAll();
  promises.rejectAll(new DestroyedError());
  state.options.freeze();
  client.destroy();
  // Not now: the core may be in the middle of a turn.
  queueMicrotask(() => {
    state.final = client.snapshot();
    messages.forgetAll();
    client.delete();
  });
}
