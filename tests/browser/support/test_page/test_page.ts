// One page with clients in frames, seen from a test: opens clients and polls their events. Every wait has a
// time limit.
import type { Engine, EnginePage } from '../engines/engine.js';
import { withTimeout } from '../with_timeout.js';
import type { PageEvent } from './client_record.js';
import { RemoteClient } from './remote_client.js';

/**
 * Time between two polls, ms. It delays waits, but not the times of the events, which the page takes itself.
 */
const pollInterval = 50;

/** Longest time for a frame to load, ms. */
const frameTimeout = 20_000;

export class TestPage {
  readonly page: EnginePage;
  readonly #clients = new Map<string, RemoteClient>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  #isPaused = false;
  #lastFrame: Promise<void> = Promise.resolve();
  #poll: Promise<void> = Promise.resolve();

  private constructor(page: EnginePage) {
    this.page = page;
    this.#schedulePoll();
  }

  static async open(engine: Engine, url: string): Promise<TestPage> {
    return new TestPage(await engine.open(url));
  }

  /**
   * Creates a client in a new frame. Frames are opened one after the other: many at once slow each other
   * down.
   */
  async client(name: string): Promise<RemoteClient> {
    const client = new RemoteClient(this.page, name);
    this.#clients.set(name, client);
    const opened = this.#lastFrame.then(() =>
      withTimeout(frameTimeout, `frame for ${name}`, this.#openFrame(name)),
    );
    this.#lastFrame = opened.catch(() => undefined);
    await opened;
    return client;
  }

  /** Stops polling until `resume`: a page that is frozen or was left does not answer. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#poll;
  }

  resume(): void {
    this.#isPaused = false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#poll;
    await this.page.close();
  }

  #openFrame(name: string): Promise<void> {
    return this.page.evaluate(`testPage.open(${JSON.stringify(name)})`);
  }

  #schedulePoll(): void {
    this.#timer = setTimeout(() => {
      if (!this.#isPaused) this.#poll = this.#takeEvents();
      void this.#poll.then(() => {
        if (!this.#isClosed) this.#schedulePoll();
      });
    }, pollInterval);
  }

  async #takeEvents(): Promise<void> {
    const events = await this.page.evaluate<PageEvent[]>('testPage.takeEvents()').catch(() => []);
    for (const event of events) this.#clients.get(event.frame)?.addEvent(event);
  }
}
