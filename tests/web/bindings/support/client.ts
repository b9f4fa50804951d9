// One client of the real module with a listener that records every call. Nothing of the facade takes part.
import { type CoreClient, type CoreListener, type CoreModule } from '#core';
import { loadCore } from '../../../../web/core/load.js';
import { ScriptedSocket } from './scripted_socket.js';

export const core: CoreModule = loadCore().module;

export type Call = readonly [name: string, ...values: unknown[]];
type Behaviour = Partial<CoreListener>;

export interface Client {
  readonly connection: CoreClient;
  /** All calls of the listener, oldest first; without `timerSet`. */
  readonly calls: Call[];
  /** The arguments of all calls of this method. */
  argumentsOf(name: keyof CoreListener): readonly unknown[][];
  /** The names of the calls so far; forgets the calls. */
  takeNames(): string[];
}

/** Makes a client. A method that `behaviour` leaves out only records its call; addresses are resolved at once. */
export function makeClient(behaviour: Behaviour = {}): Client {
  const calls: Call[] = [];
  const usual: Behaviour = {
    resolveAddress: (attempt) => connection.addressResolved(attempt, 'ws://server.test/', []),
    sendMessage: () => 0,
    sizeOf: () => 1,
    makePing: () => 4,
    sendCustom: () => 0,
  };
  const listener = new Proxy({} as CoreListener, {
    get(_target, name: keyof CoreListener) {
      const answer = (behaviour[name] ?? usual[name]) as ((...values: unknown[]) => unknown) | undefined;
      return (...values: unknown[]) => {
        if (name !== 'timerSet') calls.push([name, ...values]);
        return answer?.(...values);
      };
    },
  });
  const connection = new core.ResilientWebSocket(listener, 42);
  connection.setOption('jitter', 0);
  return {
    connection,
    calls,
    argumentsOf: (name) => calls.filter((call) => call[0] === name).map((call) => call.slice(1)),
    takeNames: () => calls.splice(0).map((call) => call[0]),
  };
}

/** Sends a message of so many bytes; whether a socket has it. */
export function send(client: Client, message: number, bytes = 1): boolean {
  return client.connection.send(message, bytes, true, false, -1, false);
}

/** A frame that is no control frame arrives. */
export function receive(client: Client, attempt: number): void {
  core._rwsFrameReceived(client.connection.id(), attempt);
}

/** A client whose first socket is open; the calls so far are forgotten. */
export function openClient(behaviour: Behaviour = {}): Client {
  const client = makeClient(behaviour);
  client.connection.connect();
  ScriptedSocket.last.onopen?.();
  client.takeNames();
  return client;
}
