// Owns what a frame can be made to believe of its world: the time, the network, its visibility, slow timers.
// Refuses to bend anything until it is told to. It must be imported before any client.

interface Timer {
  real: ReturnType<typeof setTimeout>;
  /** By the page's steady clock. */
  readonly due: number;
  readonly fire: () => void;
}

const realSetTimeout = globalThis.setTimeout.bind(globalThis);
const realClearTimeout = globalThis.clearTimeout.bind(globalThis);
const realDate = Date.now.bind(Date);
const realPerformance = performance.now.bind(performance);

const timers = new Map<number, Timer>();
let lastTimer = 0;
let wallShift = 0;
let steadyShift = 0;
let timerStep = 0;

Date.now = () => realDate() + wallShift;
performance.now = () => realPerformance() + steadyShift;

/** How long until a timer due then fires; on a grid, as those of hidden pages do, where there is one. */
function waitFor(due: number): number {
  const grown = timerStep === 0 ? due : Math.ceil(due / timerStep) * timerStep;
  return Math.max(0, grown - performance.now());
}

function setBentTimeout(handler: () => void, delay = 0): number {
  lastTimer += 1;
  const id = lastTimer;
  const due = performance.now() + Math.max(0, delay);
  const fire = (): void => {
    timers.delete(id);
    handler();
  };
  timers.set(id, { real: realSetTimeout(fire, waitFor(due)), due, fire });
  return id;
}

function clearBentTimeout(id: number | undefined): void {
  const timer = timers.get(id ?? 0);
  timers.delete(id ?? 0);
  realClearTimeout(timer?.real);
}

Object.assign(globalThis, { setTimeout: setBentTimeout, clearTimeout: clearBentTimeout });

const world = {
  /** The machine slept for so long, ms: both clocks went on, and what fell due meanwhile fires now. */
  sleep: (milliseconds: number) => {
    wallShift += milliseconds;
    steadyShift += milliseconds;
    for (const timer of timers.values()) {
      realClearTimeout(timer.real);
      timer.real = realSetTimeout(timer.fire, waitFor(timer.due));
    }
  },
  /** Somebody set the wall clock, by so many ms. */
  setWallClock: (milliseconds: number) => {
    wallShift += milliseconds;
  },
  /** Timers fire at multiples of so many ms only; 0 for at their time. */
  throttleTimers: (step: number) => {
    timerStep = step;
  },
  setOnline: (isOnline: boolean) => {
    Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => isOnline });
    window.dispatchEvent(new Event(isOnline ? 'online' : 'offline'));
  },
  setVisible: (isVisible: boolean) => {
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (isVisible ? 'visible' : 'hidden'),
    });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => !isVisible });
    document.dispatchEvent(new Event('visibilitychange'));
  },
  setFrozen: (isFrozen: boolean) => {
    document.dispatchEvent(new Event(isFrozen ? 'freeze' : 'resume'));
  },
};

Object.assign(globalThis, { world });
