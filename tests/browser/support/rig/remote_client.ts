// Owns a test's hold on one client in one frame: commands go there, events come from there with their times.
// Refuses waits without an end.
import { vi } from 'vitest';
import type { EnginePage } from '../engines/engine.js';
import type { Beginning, EventName, Ledger, PageEvent } from './ledger.js';

export class RemoteClient {
  readonly name: string;
  readonly events: PageEvent[] = [];
  readonly #page: EnginePage;

  constructor(page: EnginePage, name: string) {
    this.#page = page;
    this.name = name;
  }

  hear(event: PageEvent): void {
    this.events.push(event);
  }

  /** Makes the frame anew in a page that was loaded anew. */
  async reopen(): Promise<void> {
    this.events.length = 0;
    await this.#page.evaluate(`rig.open(${JSON.stringify(this.name)})`);
  }

  async begin(beginning: Beginning): Promise<void> {
    await this.#call(`begin(${JSON.stringify(beginning)})`);
  }

  async send(count: number, padding = 0): Promise<void> {
    await this.#call(`send(${count}, ${padding})`);
  }

  async tick(period: number): Promise<void> {
    await this.#call(`tick(${period})`);
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

  /** What was written down for it, and how many messages wait, at one moment. */
  account(): Promise<{ readonly ledger: Ledger; readonly queued: number }> {
    const name = JSON.stringify(this.name);
    return this.#page.evaluate(`({ ledger: rig.ledger(${name}), queued: rig.frames[${name}].queued() })`);
  }

  /** Evaluates an expression in the client's own frame. */
  inFrame<Result>(expression: string): Promise<Result> {
    return this.#page.evaluate(`frames[${JSON.stringify(this.name)}].eval(${JSON.stringify(expression)})`);
  }

  /** The first event of that name since a time, which may still be to come. */
  async until(name: EventName, within: number, since = 0, detail = ''): Promise<PageEvent> {
    const find = (): PageEvent | undefined => this.first(name, since, detail);
    const found = await vi.waitUntil(find, { timeout: within, interval: 20 }).catch(() => undefined);
    if (found !== undefined) return found;
    const told = this.events.map((event) => `${event.name} ${event.detail} ${event.at - since}`).join('; ');
    throw new Error(`${this.name}: no '${name}' within ${within} ms. Told: ${told}`);
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
    return this.#page.evaluate(`rig.frames[${JSON.stringify(this.name)}].${call}`);
  }
}
