// Owns one trial: one client, one server, one proxy between them, one fault, and the times that were taken.
// Refuses waits without an end.
import { setTimeout as pause } from 'node:timers/promises';
import type { EngineName } from './engines/engine.js';
import { judge, type Verdict } from './judge.js';
import { CountingServer, type Arrival } from './network/counting_server.js';
import { FaultProxy, type Address } from './network/fault_proxy.js';
import { freePort, ownAddress } from './network/ports.js';
import type { Library } from './rig/ledger.js';
import type { RemoteClient } from './rig/remote_client.js';
import type { RigPage } from './rig/rig_page.js';

/** Longest time that the last messages may take to arrive or be told of: `closeGrace`, the last wait and a little. */
const settlingTime = 30_000;
/** How long nothing may have happened before no double is expected, and before what left the browser counts as lost, ms. */
const quietTime = { complete: 300, incomplete: 2000 };
const connectingTime = 20_000;

export interface Outcome extends Verdict {
  readonly fault: string;
  readonly engine: EngineName;
  readonly library: Library;
  /** From the fault to the client's word of it, ms; null if it said none. */
  readonly detection: number | null;
  /** From the time a connection was possible again to a new one, ms; null if none came or was needed. */
  readonly recovery: number | null;
  /** From the same time to the first message that arrived on it, ms. */
  readonly firstArrival: number | null;
}

export interface Setting {
  readonly engine: EngineName;
  readonly library: Library;
  readonly rig: RigPage;
}

/** A server that writes down what arrives. */
export interface TrialServer {
  readonly address: Address;
  readonly arrivals: readonly Arrival[];
  readonly close: () => Promise<void>;
}

export class Trial<Server extends TrialServer = CountingServer> {
  readonly fault: string;
  readonly setting: Setting;
  readonly client: RemoteClient;
  readonly server: Server;
  readonly proxy: FaultProxy;
  #struckAt = 0;
  #clearAt = 0;

  private constructor(
    fault: string,
    setting: Setting,
    parts: { readonly client: RemoteClient; readonly server: Server; readonly proxy: FaultProxy },
  ) {
    this.fault = fault;
    this.setting = setting;
    this.client = parts.client;
    this.server = parts.server;
    this.proxy = parts.proxy;
  }

  static async prepare(fault: string, setting: Setting): Promise<Trial> {
    const host = ownAddress();
    const dialect = setting.library === 'socket.io-client' ? 'socket.io' : 'websocket';
    const server = await CountingServer.start({ host, port: await freePort(host) }, dialect);
    return Trial.with(server, fault, setting);
  }

  static async with<Server extends TrialServer>(
    server: Server,
    fault: string,
    setting: Setting,
  ): Promise<Trial<Server>> {
    const host = ownAddress();
    const proxy = await FaultProxy.open({ host, port: await freePort(host) }, server.address);
    const client = await setting.rig.client(`${fault}, ${setting.library}`);
    return new Trial(fault, setting, { client, server, proxy });
  }

  /** Starts the client and waits until it is connected. */
  async connect(options: Readonly<Record<string, unknown>> = {}, url = this.proxy.url): Promise<void> {
    await this.client.begin({ library: this.setting.library, url, options });
    await this.client.until('up', connectingTime);
  }

  /** The fault begins now. */
  strike(): void {
    this.#struckAt = Date.now();
    this.#clearAt = this.#struckAt;
  }

  /** From now on a new connection is possible. A fault that spares newcomers needs no such moment. */
  clear(): void {
    this.#clearAt = Date.now();
  }

  async detected(within: number): Promise<void> {
    await this.client.until('down', within, this.#struckAt);
  }

  /** Connected with the way clear, on a connection made since the loss. */
  async recovered(within: number): Promise<void> {
    const down = this.client.last('down', this.#struckAt);
    await this.client.until('up', within, Math.max(down?.at ?? 0, this.#clearAt));
  }

  for(milliseconds: number): Promise<void> {
    return pause(milliseconds);
  }

  /** Waits until nothing is under way any more, ends the client, and says what became of everything. */
  async end(): Promise<Outcome> {
    await this.client.tick(0);
    const verdict = await this.#settle();
    // Its own end is a loss of the connection too.
    const times = this.#times();
    await this.client.end();
    this.proxy.close();
    await this.server.close();
    return {
      fault: this.fault,
      engine: this.setting.engine,
      library: this.setting.library,
      ...times,
      ...verdict,
    };
  }

  /** Until all is accounted for, or what is not has left the browser and nothing happens any more. */
  async #settle(): Promise<Verdict> {
    const end = Date.now() + settlingTime;
    let last = '';
    let since = Date.now();
    for (;;) {
      const { ledger, queued } = await this.client.account();
      const verdict = judge(ledger, this.server.arrivals, queued);
      const now = JSON.stringify(verdict);
      if (now !== last) since = Date.now();
      last = now;
      // This package reports what it cannot prove; of others that is not asked.
      const isToldOf = this.setting.library !== 'ours' || verdict.lostOnTheWay === 0;
      const isAtRest = queued === 0 && verdict.lostSilently.length === 0 && isToldOf;
      const quiet = verdict.lostOnTheWay === 0 ? quietTime.complete : quietTime.incomplete;
      if ((isAtRest && Date.now() - since >= quiet) || Date.now() >= end) return verdict;
      await pause(100);
    }
  }

  #times(): Pick<Outcome, 'detection' | 'recovery' | 'firstArrival'> {
    const down = this.client.first('down', this.#struckAt);
    if (down === undefined) return { detection: null, recovery: null, firstArrival: null };
    const up = this.client.first('up', Math.max(down.at, this.#clearAt));
    // The server may have read a message before the page was told of its own connection.
    const arrival = up && this.server.arrivals.find(({ at }) => at >= Math.max(this.#clearAt, up.at - 50));
    return {
      detection: down.at - this.#struckAt,
      recovery: up ? up.at - this.#clearAt : null,
      firstArrival: arrival ? arrival.at - this.#clearAt : null,
    };
  }
}
