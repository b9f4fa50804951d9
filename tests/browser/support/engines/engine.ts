// The interface of a browser engine that tests drive, with the functions that only some engines have as
// optional members. Implemented in chromium.ts, firefox.ts and webkit.ts.

export type EngineName = 'chromium' | 'firefox' | 'webkit';

/** A top-level page. Expressions are JavaScript; promises are awaited; results must be JSON. */
export interface EnginePage {
  readonly evaluate: <Result>(expression: string) => Promise<Result>;
  readonly visit: (url: string) => Promise<void>;
  readonly back: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Really hides the page, or shows it again. */
  readonly setHidden: (isHidden: boolean) => Promise<void>;
  /** Really disconnects this page from the network. */
  readonly setOffline?: (isOffline: boolean) => Promise<void>;
  /** Freezes a hidden page, as a browser does with a tab that was not used for a long time. */
  readonly setFrozen?: (isFrozen: boolean) => Promise<void>;
  /** Size of the JavaScript heap after a full garbage collection, bytes. */
  readonly heapSize?: () => Promise<number>;
}

export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** Id of the browser's main process. */
  readonly process: number;
  readonly open: (url: string) => Promise<EnginePage>;
  readonly close: () => Promise<void>;
}
