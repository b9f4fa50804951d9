// Owns the ear for the page and the network around the clients: online, visibility, the page's life. One for all clients
// of a page: each listener costs memory and time. Refuses to conclude anything: the cores are told and decide. Where
// there is no page, there is nothing to hear.
import { type CoreConnection } from './core/connection.js';

const cores = new Set<CoreConnection>();
let detachAll: (() => void)[] = [];

/** What one client has to do with the page's life. */
export class Environment {
  readonly #core: CoreConnection;

  constructor(core: CoreConnection) {
    this.#core = core;
  }

  /** Starts listening, and tells whether the browser holds itself online. */
  attach(): void {
    if (cores.has(this.#core)) return;
    if (cores.size === 0) listenToAll();
    cores.add(this.#core);
    const { navigator } = globalThis as { navigator?: { onLine?: unknown } };
    if (typeof navigator?.onLine === 'boolean') this.#core.networkChanged(navigator.onLine);
  }

  detach(): void {
    if (!cores.delete(this.#core) || cores.size > 0) return;
    for (const remove of detachAll) remove();
    detachAll = [];
  }
}

function listenToAll(): void {
  const world: Partial<EventTarget> = globalThis;
  const { document } = globalThis as { document?: Document };
  listen(world, 'online', (core) => {
    core.networkChanged(true);
  });
  listen(world, 'offline', (core) => {
    core.networkChanged(false);
  });
  listen(world, 'pagehide', (core, event) => {
    if ((event as PageTransitionEvent).persisted) core.pageSuspended();
  });
  listen(world, 'pageshow', (core, event) => {
    if ((event as PageTransitionEvent).persisted) core.pageResumed();
  });
  listen(document, 'visibilitychange', (core) => {
    core.visibilityChanged(document?.visibilityState !== 'hidden');
  });
  listen(document, 'freeze', (core) => {
    core.pageSuspended();
  });
  listen(document, 'resume', (core) => {
    core.pageResumed();
  });
}

function listen(
  target: Partial<EventTarget> | undefined,
  type: string,
  tell: (core: CoreConnection, event: Event) => void,
): void {
  if (typeof target?.addEventListener !== 'function') return;
  const listener = (event: Event) => {
    // A copy: listeners of what follows may connect and disconnect clients.
    for (const core of [...cores]) if (cores.has(core)) tell(core, event);
  };
  target.addEventListener(type, listener);
  detachAll.push(() => target.removeEventListener?.(type, listener));
}
