// Owns the ear for the page and the network around the client: online, visibility, the page's life.
// Refuses to conclude anything: the core is told and decides. Where there is no page, there is nothing to hear.
import { type CoreConnection } from './core/connection.js';

export class Environment {
  readonly #core: CoreConnection;
  #detach: (() => void)[] | null = null;

  constructor(core: CoreConnection) {
    this.#core = core;
  }

  /** Starts listening, and tells whether the browser holds itself online. */
  attach(): void {
    if (this.#detach !== null) return;
    this.#detach = [];
    const world: Partial<EventTarget> = globalThis;
    const { document, navigator } = globalThis as { document?: Document; navigator?: { onLine?: unknown } };
    this.#listen(world, 'online', () => {
      this.#core.networkChanged(true);
    });
    this.#listen(world, 'offline', () => {
      this.#core.networkChanged(false);
    });
    this.#listen(world, 'pagehide', (event) => {
      if ((event as PageTransitionEvent).persisted) this.#core.pageSuspended();
    });
    this.#listen(world, 'pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted) this.#core.pageResumed();
    });
    this.#listen(document, 'visibilitychange', () => {
      this.#core.visibilityChanged(document?.visibilityState !== 'hidden');
    });
    this.#listen(document, 'freeze', () => {
      this.#core.pageSuspended();
    });
    this.#listen(document, 'resume', () => {
      this.#core.pageResumed();
    });
    if (typeof navigator?.onLine === 'boolean') this.#core.networkChanged(navigator.onLine);
  }

  detach(): void {
    for (const remove of this.#detach ?? []) remove();
    this.#detach = null;
  }

  #listen(target: Partial<EventTarget> | undefined, type: string, listener: (event: Event) => void): void {
    if (typeof target?.addEventListener !== 'function') return;
    target.addEventListener(type, listener);
    this.#detach?.push(() => target.removeEventListener?.(type, listener));
  }
}
