// Owns a test's hold on one page of the rig: it opens clients there and collects what they tell.
// Refuses waits without an end.
import type { Engine, EnginePage } from '../engines/engine.js';
import { within } from '../within.js';
import { RemoteClient } from './remote_client.js';
import type { PageEvent } from './ledger.js';

/** Time between two collections, ms: what a wait may be late by. Times of events are the page's own. */
const interval = 50;

/** Longest time that one frame may take to load, ms. */
const openingTime = 20_000;

export class RigPage {
  readonly page: EnginePage;
  readonly #clients = new Map<string, RemoteClient>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  #isPaused = false;
  #opening: Promise<void> = Promise.resolve();
  #collecting: Promise<void> = Promise.resolve();

  private constructor(page: EnginePage) {
    this.page = page;
    this.#arm();
  }

  static async open(engine: Engine, url: string): Promise<RigPage> {
    return new RigPage(await engine.open(url));
  }

  /** A client in a frame of its own. Frames are opened one after the other: many at once keep each other waiting. */
  async client(name: string): Promise<RemoteClient> {
    const client = new RemoteClient(this.page, name);
    this.#clients.set(name, client);
    const opened = this.#opening.then(() => within(openingTime, `frame for ${name}`, this.#open(name)));
    this.#opening = opened.catch(() => undefined);
    await opened;
    return client;
  }

  /** Collects nothing until `resume`: a page that is frozen or elsewhere answers nobody. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#collecting;
  }

  resume(): void {
    this.#isPaused = false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#collecting;
    await this.page.close();
  }

  #open(name: string): Promise<void> {
    return this.page.evaluate(`rig.open(${JSON.stringify(name)})`);
  }

  #arm(): void {
    this.#timer = setTimeout(() => {
      if (!this.#isPaused) this.#collecting = this.#collect();
      void this.#collecting.then(() => {
        if (!this.#isClosed) this.#arm();
      });
    }, interval);
  }

  async #collect(): Promise<void> {
    const events = await this.page.evaluate<PageEvent[]>('rig.drain()').catch(() => []);
    for (const event of events) this.#clients.get(event.frame)?.hear(event);
  }
}
