// One experiment: one client in a page, a server, a proxy between them, and a fault. It takes the times of
// the fault and of the client's reaction, and evaluates the delivery of all messages. Every wait has a time
// limit.
import { setTimeout as pause } from 'node:timers/promises';
import { evaluateDelivery, type DeliveryResult } from './delivery_result.js';
import type { EngineName } from './engines/engine.js';
import { FaultProxy, type Address } from './network/fault_proxy.js';
import { freePort, uniqueLoopbackAddress } from './network/ports.js';
import { RecordingServer, type Arrival } from './network/recording_server.js';
import type { Library } from './test_page/client_record.js';
import type { RemoteClient } from './test_page/remote_client.js';
import type { TestPage } from './test_page/test_page.js';

/**
 * Longest time for the last messages to arrive or to be reported, ms: `closeGrace`, the last retry delay and
 * some more.
 */
const completionTimeout = 30_000;
/** Time without a change after which no duplicate, or no further arrival, is expected, ms. */
const stableTime = { complete: 300, incomplete: 2000 };
const connectTimeout = 20_000;

export interface Outcome extends DeliveryResult {
  readonly fault: string;
  readonly engine: EngineName;
  readonly library: Library;
  /** From the fault to the client's close event, ms; null if there was none. */
  readonly detection: number | null;
  /** From the moment a connection was possible again to a new one, ms; null if there was none. */
  readonly recovery: number | null;
  /** From the same moment to the first message that arrived on the new connection, ms. */
  readonly firstArrival: number | null;
}

/** Where an experiment runs. */
export interface Setting {
  readonly engine: EngineName;
  readonly library: Library;
  readonly testPage: TestPage;
}

/** A server that records the messages it receives. */
export interface ExperimentServer {
  readonly address: Address;
  readonly arrivals: readonly Arrival[];
  readonly close: () => Promise<void>;
}

export class Experiment<Server extends ExperimentServer = RecordingServer> {
  readonly fault: string;
  readonly setting: Setting;
  readonly client: RemoteClient;
  readonly server: Server;
  readonly proxy: FaultProxy;
  #faultStart = 0;
  #faultEnd = 0;

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

  /** Prepares an experiment with a RecordingServer that uses the client's protocol. */
  static async prepare(fault: string, setting: Setting): Promise<Experiment> {
    const host = uniqueLoopbackAddress();
    const protocol = setting.library === 'socket.io-client' ? 'socket.io' : 'websocket';
    const server = await RecordingServer.start({ host, port: await freePort(host) }, protocol);
    return Experiment.with(server, fault, setting);
  }

  static async with<Server extends ExperimentServer>(
    server: Server,
    fault: string,
    setting: Setting,
  ): Promise<Experiment<Server>> {
    const host = uniqueLoopbackAddress();
    const proxy = await FaultProxy.open({ host, port: await freePort(host) }, server.address);
    const client = await setting.testPage.client(`${fault}, ${setting.library}`);
    return new Experiment(fault, setting, { client, server, proxy });
  }

  /** Starts the client and waits until it is connected. */
  async connect(options: Readonly<Record<string, unknown>> = {}, url = this.proxy.url): Promise<void> {
    await this.client.start({ library: this.setting.library, url, options });
    await this.client.waitFor('up', connectTimeout);
  }

  /** Marks the start of the fault. Unless `endFault` is called, new connections are possible at once. */
  startFault(): void {
    this.#faultStart = Date.now();
    this.#faultEnd = this.#faultStart;
  }

  /** Marks the moment from which a new connection is possible. */
  endFault(): void {
    this.#faultEnd = Date.now();
  }

  async detected(within: number): Promise<void> {
    await this.client.waitFor('down', within, this.#faultStart);
  }

  /** Waits for a connection that was opened after the loss and after the end of the fault. */
  async recovered(within: number): Promise<void> {
    const down = this.client.last('down', this.#faultStart);
    await this.client.waitFor('up', within, Math.max(down?.at ?? 0, this.#faultEnd));
  }

  wait(milliseconds: number): Promise<void> {
    return pause(milliseconds);
  }

  /** Waits until the delivery of all messages is decided, ends the client, and returns the outcome. */
  async finish(): Promise<Outcome> {
    await this.client.sendEvery(0);
    const delivery = await this.#waitForDelivery();
    // Computed before the client is ended, which closes its connection too.
    const times = this.#times();
    await this.client.end();
    this.proxy.close();
    await this.server.close();
    return {
      fault: this.fault,
      engine: this.setting.engine,
      library: this.setting.library,
      ...times,
      ...delivery,
    };
  }

  /** Until every message is accounted for, or until nothing changes any more. */
  async #waitForDelivery(): Promise<DeliveryResult> {
    const end = Date.now() + completionTimeout;
    let last = '';
    let since = Date.now();
    for (;;) {
      const { record, queued } = await this.client.readRecord();
      const delivery = evaluateDelivery(record, this.server.arrivals, queued);
      const now = JSON.stringify(delivery);
      if (now !== last) since = Date.now();
      last = now;
      // This package reports unconfirmed messages; other clients do not.
      const isReported = this.setting.library !== 'ours' || delivery.lostInTransit === 0;
      const isComplete = queued === 0 && delivery.lostInClient.length === 0 && isReported;
      const needed = delivery.lostInTransit === 0 ? stableTime.complete : stableTime.incomplete;
      if ((isComplete && Date.now() - since >= needed) || Date.now() >= end) return delivery;
      await pause(100);
    }
  }

  #times(): Pick<Outcome, 'detection' | 'recovery' | 'firstArrival'> {
    const down = this.client.first('down', this.#faultStart);
    if (down === undefined) return { detection: null, recovery: null, firstArrival: null };
    const up = this.client.first('up', Math.max(down.at, this.#faultEnd));
    // The server may read a message before the page gets its open event.
    const arrival = up && this.server.arrivals.find(({ at }) => at >= Math.max(this.#faultEnd, up.at - 50));
    return {
      detection: down.at - this.#faultStart,
      recovery: up ? up.at - this.#faultEnd : this.#isUp() ? 0 : null,
      firstArrival: arrival ? arrival.at - this.#faultEnd : null,
    };
  }

  /** Whether the last connection that was opened is still open. */
  #isUp(): boolean {
    return (this.client.last('up', 0)?.at ?? -1) > (this.client.last('down', 0)?.at ?? -1);
  }
}
