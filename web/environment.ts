// Owns the ear for the page and the network around the clients: online, visibility, the page's life. One for all clients
// of a page: each listener costs memory and time. Refuses to conclude anything: the cores are told and decide, and what
// wakes them when is theirs too; whether the page is hidden only selects the means. Where there is no page, there is
// nothing to hear.
import { type CoreConnection } from './core/connection.js';
import { loadCore } from './core/load.js';
import { type Logger } from './logger.js';
import { type PresentationOptions } from './types.js';
import { stopWorker, wakeByWorker } from './worker_timer.js';

/** Not in every browser, nor its `type` in every browser that has it. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

interface World extends Partial<EventTarget> {
  readonly document?: Document;
  readonly navigator?: { readonly onLine?: unknown; readonly connection?: NetworkInformation };
}

const world: World = globalThis;
const environments = new Map<CoreConnection, Environment>();
let detachAll: (() => void)[] = [];

/** What one client has to do with the page's life. */
export class Environment {
  readonly #core: CoreConnection;
  readonly #presentation: PresentationOptions;
  readonly #logger: Logger;

  constructor(core: CoreConnection, presentation: PresentationOptions, logger: Logger) {
    this.#core = core;
    this.#presentation = presentation;
    this.#logger = logger;
  }

  /** Starts listening, and tells whether the browser holds itself online. */
  attach(): void {
    if (environments.has(this.#core)) return;
    if (environments.size === 0) listenToAll();
    environments.set(this.#core, this);
    tellNetwork(this.#core);
  }

  detach(): void {
    if (!environments.delete(this.#core) || environments.size > 0) return;
    for (const remove of detachAll) remove();
    detachAll = [];
    stopWorker();
  }

  /** A timer was set in a hidden page. */
  wake(fire: () => void, delay: number): void {
    if (!this.#presentation.enableWorkerTimer) return;
    wakeByWorker(fire, delay, () => {
      this.#logger.warn('no Worker: timers are late while the page is hidden');
    });
  }
}

function tellNetwork(core: CoreConnection): void {
  const isOnline = world.navigator?.onLine;
  if (typeof isOnline === 'boolean') core.networkChanged(isOnline);
}

function listenToAll(): void {
  const { document, navigator } = world;
  const connection = navigator?.connection;
  let networkType = connection?.type;
  const module = loadCore();
  module.timerSet = (owner, fire, delay) => {
    if (document?.visibilityState !== 'hidden') return;
    environments.get(module.facades[owner] as CoreConnection)?.wake(fire, delay);
  };
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
    const isVisible = document?.visibilityState !== 'hidden';
    if (isVisible) stopWorker();
    core.visibilityChanged(isVisible);
  });
  listen(document, 'freeze', (core) => {
    core.pageSuspended();
  });
  listen(document, 'resume', (core) => {
    core.pageResumed();
  });
  // It tells of every new estimate of speed as well, which is no news.
  listen(connection, 'change', tellNetwork, () => networkType !== (networkType = connection?.type));
}

function listen(
  target: Partial<EventTarget> | undefined,
  type: string,
  tell: (core: CoreConnection, event: Event) => void,
  isNews = () => true,
): void {
  if (typeof target?.addEventListener !== 'function') return;
  const listener = (event: Event) => {
    if (!isNews()) return;
    // A copy: listeners of what follows may connect and disconnect clients.
    for (const core of [...environments.keys()]) if (environments.has(core)) tell(core, event);
  };
  target.addEventListener(type, listener);
  detachAll.push(() => target.removeEventListener?.(type, listener));
}
