// Controls one client in one frame from a test: sends commands to the frame and receives its events. Every
// wait has a time limit.
import { vi } from 'vitest';
import type { EnginePage } from '../engines/engine.js';
import type { ClientRecord, ClientStart, EventName, PageEvent } from './client_record.js';

export class RemoteClient {
  readonly name: string;
  readonly events: PageEvent[] = [];
  readonly #page: EnginePage;

  constructor(page: EnginePage, name: string) {
    this.#page = page;
    this.name = name;
  }

  addEvent(event: PageEvent): void {
    this.events.push(event);
  }

  /** Opens the frame again after the page was loaded again. */
  async reopen(): Promise<void> {
    this.events.length = 0;
    await this.#page.evaluate(`testPage.open(${JSON.stringify(this.name)})`);
  }

  async start(start: ClientStart): Promise<void> {
    await this.#call(`start(${JSON.stringify(start)})`);
  }

  async send(count: number, padding = 0): Promise<void> {
    await this.#call(`send(${count}, ${padding})`);
  }

  /** Sends one message every `interval` ms; 0 stops it. */
  async sendEvery(interval: number): Promise<void> {
    await this.#call(`sendEvery(${interval})`);
  }

  queued(): Promise<number> {
    return this.#call('queued()');
  }

  state(): Promise<string> {
    return this.#call('state()');
  }

  isUp(): Promise<boolean> {
    return this.#call('isUp()');
  }

  async end(): Promise<void> {
    await this.#call('end()');
  }

  /** The record and the number of queued messages at the same moment. */
  readRecord(): Promise<{ readonly record: ClientRecord; readonly queued: number }> {
    const name = JSON.stringify(this.name);
    return this.#page.evaluate(
      `({ record: testPage.record(${name}), queued: testPage.frames[${name}].queued() })`,
    );
  }

  /** Evaluates an expression in the client's own frame. */
  inFrame<Result>(expression: string): Promise<Result> {
    return this.#page.evaluate(`frames[${JSON.stringify(this.name)}].eval(${JSON.stringify(expression)})`);
  }

  /** The first event with this name since a time; waits for it if it has not happened yet. */
  async waitFor(name: EventName, within: number, since = 0, detail = ''): Promise<PageEvent> {
    const find = (): PageEvent | undefined => this.first(name, since, detail);
    const found = await vi.waitUntil(find, { timeout: within, interval: 20 }).catch(() => undefined);
    if (found !== undefined) return found;
    const all = this.events.map((event) => `${event.name} ${event.detail} ${event.at - since}`).join('; ');
    throw new Error(`${this.name}: no '${name}' within ${within} ms. Events: ${all}`);
  }

  first(name: EventName, since: number, detail = ''): PageEvent | undefined {
    return this.events.find(
      (event) => event.name === name && event.at >= since && event.detail.includes(detail),
    );
  }

  last(name: EventName, since: number): PageEvent | undefined {
    return this.events.findLast((event) => event.name === name && event.at >= since);
  }

  #call<Result>(call: string): Promise<Result> {
    return this.#page.evaluate(`testPage.frames[${JSON.stringify(this.name)}].${call}`);
  }
}
