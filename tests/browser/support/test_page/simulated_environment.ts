// Simulates changes of a frame's environment: clocks, slow timers, network state, visibility, freezing.
// Nothing is changed until a test calls one of the functions. It replaces global functions and must be
// imported before any client.

interface Timer {
  real: ReturnType<typeof setTimeout>;
  /** By the page's monotonic clock. */
  readonly due: number;
  readonly fire: () => void;
}

const realSetTimeout = globalThis.setTimeout.bind(globalThis);
const realClearTimeout = globalThis.clearTimeout.bind(globalThis);
const realDate = Date.now.bind(Date);
const realPerformance = performance.now.bind(performance);

const timers = new Map<number, Timer>();
let lastTimer = 0;
let wallOffset = 0;
let monotonicOffset = 0;
let timerStep = 0;

Date.now = () => realDate() + wallOffset;
performance.now = () => realPerformance() + monotonicOffset;

/**
 * Time until a timer fires; with a timer step it fires at the next multiple, as timers of hidden pages do.
 */
function remainingTime(due: number): number {
  const rounded = timerStep === 0 ? due : Math.ceil(due / timerStep) * timerStep;
  return Math.max(0, rounded - performance.now());
}

function setSimulatedTimeout(handler: () => void, delay = 0): number {
  lastTimer += 1;
  const id = lastTimer;
  const due = performance.now() + Math.max(0, delay);
  const fire = (): void => {
    timers.delete(id);
    handler();
  };
  timers.set(id, { real: realSetTimeout(fire, remainingTime(due)), due, fire });
  return id;
}

function clearSimulatedTimeout(id: number | undefined): void {
  const timer = timers.get(id ?? 0);
  timers.delete(id ?? 0);
  realClearTimeout(timer?.real);
}

Object.assign(globalThis, { setTimeout: setSimulatedTimeout, clearTimeout: clearSimulatedTimeout });

const environment = {
  /** Suspends the machine for so many ms: both clocks advance, and timers that became due fire now. */
  sleep: (milliseconds: number) => {
    wallOffset += milliseconds;
    monotonicOffset += milliseconds;
    for (const timer of timers.values()) {
      realClearTimeout(timer.real);
      timer.real = realSetTimeout(timer.fire, remainingTime(timer.due));
    }
  },
  /** Moves the wall clock by so many ms. */
  moveWallClock: (milliseconds: number) => {
    wallOffset += milliseconds;
  },
  /** Makes new timers fire only at multiples of `step` ms; 0 ends this. */
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

Object.assign(globalThis, { environment });
