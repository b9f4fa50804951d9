// The environment of the clients of a page: online, visibility, the page's life cycle, and the timer of a Worker while
// the page is hidden. One set of listeners serves all clients: each listener costs memory and time.
// Without a page there are no such events.
import { type CoreClient } from '#core';
import { type Logger } from './logger.js';
import { platform as page } from './platform.js';
import { type PresentationOptions } from './types.js';
import { cancelWake, startWake, stopWorker } from './worker_timer.js';

const attached = new Set<Environment>();
let removeListeners: (() => void)[] = [];

/** The environment of one client. */
export class Environment {
  readonly client: CoreClient;
  readonly #presentation: PresentationOptions;
  readonly #logger: Logger;
  #wake = 0;
  // The newest timer of the client, and its time on the clock of `now`.
  #timer = 0;
  #due = 0;

  constructor(client: CoreClient, presentation: PresentationOptions, logger: Logger) {
    this.client = client;
    this.#presentation = presentation;
    this.#logger = logger;
  }

  /** Starts listening, and passes on whether the browser is online. */
  attach(): void {
    if (attached.has(this)) return;
    if (attached.size === 0) addListeners();
    attached.add(this);
    notifyNetwork(this);
  }

  /** While it does not listen: passes on whether the browser is online. */
  refresh(): void {
    if (!attached.has(this)) notifyNetwork(this);
  }

  detach(): void {
    if (!attached.delete(this)) return;
    cancelWake(this.#wake);
    if (attached.size > 0) return;
    for (const remove of removeListeners) remove();
    removeListeners = [];
  }

  /** The client has set its timer, which replaces the one before. */
  timerSet(timer: number, milliseconds: number): void {
    this.#timer = timer;
    // A whole number, for which the engine needs no object.
    this.#due = Math.ceil(now() + milliseconds);
    this.startWake();
  }

  /** Lets the Worker keep the time of the timer as well if the page is hidden: browsers delay the page's timers then. */
  startWake(): void {
    if (!isHidden() || !attached.has(this) || !this.#presentation.enableWorkerTimer) return;
    const timer = this.#timer;
    const milliseconds = this.#due - now();
    if (milliseconds < 0) return;
    const before = this.#wake;
    this.#wake = startWake(
      milliseconds,
      () => {
        this.client.timerFired(timer);
      },
      () => {
        this.#logger.warn('no Worker: timers are late while the page is hidden');
      },
    );
    // Afterwards: the Worker stops when it has nothing to wait for.
    cancelWake(before);
  }
}

function isHidden(): boolean {
  return page.document?.visibilityState === 'hidden';
}

function now(): number {
  return page.performance?.now() ?? Date.now();
}

function notifyNetwork({ client }: Environment): void {
  const isOnline = page.navigator?.onLine;
  if (typeof isOnline === 'boolean') client.networkChanged(isOnline);
}

function addListeners(): void {
  const { document, navigator } = page;
  const connection = navigator?.connection;
  let networkType = connection?.type;
  listen(page, 'online', ({ client }) => {
    client.networkChanged(true);
  });
  listen(page, 'offline', ({ client }) => {
    client.networkChanged(false);
  });
  listen(page, 'beforeunload', ({ client }) => {
    client.pageLeaving();
  });
  listen(page, 'pagehide', ({ client }, event) => {
    if ((event as PageTransitionEvent).persisted) client.pageSuspended();
  });
  listen(page, 'pageshow', ({ client }, event) => {
    if ((event as PageTransitionEvent).persisted) client.pageResumed();
  });
  listen(document, 'visibilitychange', (environment) => {
    if (isHidden()) environment.startWake();
    else stopWorker();
    environment.client.visibilityChanged(!isHidden());
  });
  listen(document, 'freeze', ({ client }) => {
    client.pageSuspended();
  });
  listen(document, 'resume', ({ client }) => {
    client.pageResumed();
  });
  // It fires for every new estimate of speed as well, which does not matter.
  listen(connection, 'change', notifyNetwork, () => networkType !== (networkType = connection?.type));
}

function listen(
  target: Partial<EventTarget> | undefined,
  type: string,
  notify: (environment: Environment, event: Event) => void,
  isRelevant = () => true,
): void {
  if (typeof target?.addEventListener !== 'function') return;
  const listener = (event: Event) => {
    if (!isRelevant()) return;
    // A copy: the listeners of what follows may connect and disconnect clients.
    for (const environment of [...attached]) if (attached.has(environment)) notify(environment, event);
  };
  target.addEventListener(type, listener);
  removeListeners.push(() => target.removeEventListener?.(type, listener));
}
