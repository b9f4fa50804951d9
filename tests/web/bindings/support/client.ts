// Owns a connection of the real module with a delegate that records what it is told.
// Refuses everything the facade adds.
import createCore, { wasmBytes, type CoreDelegate, type CoreModule } from '#core';
import { CoreConnection } from '../../../../web/core/connection.js';
import { ScriptedSocket } from './scripted_socket.js';

export const core: CoreModule = createCore({ wasmBinary: wasmBytes() });

export type Call = readonly [name: string, ...values: unknown[]];
type Behaviour = Partial<CoreDelegate>;

export interface Client {
  readonly connection: CoreConnection;
  /** All that the delegate was told, oldest first. */
  readonly calls: Call[];
  /** The calls of this name, without the name. */
  told(name: keyof CoreDelegate): readonly unknown[][];
  /** Takes the names of the calls so far, and forgets the calls. */
  takeNames(): string[];
}

/** Makes a connection. What `behaviour` leaves out is recorded only; addresses are found at once. */
export function makeClient(behaviour: Behaviour = {}, module: CoreModule = core): Client {
  const calls: Call[] = [];
  const usual: Behaviour = {
    findAddress: (attempt) => connection.addressFound(attempt, 'ws://server.test/', ''),
    transmit: () => true,
    shouldReconnect: () => -1,
  };
  const delegate = new Proxy({} as CoreDelegate, {
    get(_target, name: keyof CoreDelegate) {
      const answer = (behaviour[name] ?? usual[name]) as ((...values: unknown[]) => unknown) | undefined;
      return (...values: unknown[]) => {
        calls.push([name, ...values]);
        return answer?.(...values);
      };
    },
  });
  const connection = new CoreConnection(module, delegate, 42);
  connection.setOption('jitter', 0);
  return {
    connection,
    calls,
    told: (name) => calls.filter((call) => call[0] === name).map((call) => call.slice(1)),
    takeNames: () => calls.splice(0).map((call) => call[0]),
  };
}

/** Hands a text message of so many bytes to the core; what it answers is the outcome. */
export function send(client: Client, payload: number, bytes = 1): number {
  return client.connection.send(payload, bytes, false, false, -1);
}

/** A client whose first socket is open; what was told so far is forgotten. */
export function openClient(behaviour: Behaviour = {}): Client {
  const client = makeClient(behaviour);
  client.connection.connect();
  ScriptedSocket.last.onopen?.();
  client.takeNames();
  return client;
}
