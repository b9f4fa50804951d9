// Owns the words for a browser that a test drives: what every engine can do, and which can do more.
// Refuses to know any engine; see chromium.ts, firefox.ts and webkit.ts.

export type EngineName = 'chromium' | 'firefox' | 'webkit';

/** A top-level page. Expressions are JavaScript; a promise is waited for; results must be JSON. */
export interface EnginePage {
  readonly evaluate: <Result>(expression: string) => Promise<Result>;
  readonly visit: (url: string) => Promise<void>;
  readonly back: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Takes the page out of sight, truly, or shows it again. */
  readonly setHidden: (isHidden: boolean) => Promise<void>;
  /** Cuts this page off from the network, truly; absent where the engine cannot. */
  readonly setOffline?: (isOffline: boolean) => Promise<void>;
  /** Stops the tasks of a hidden page as a browser does with a tab long out of use; absent where the engine cannot. */
  readonly setFrozen?: (isFrozen: boolean) => Promise<void>;
  /** Size of the JavaScript heap after a full collection, bytes; absent where the engine does not tell. */
  readonly heapSize?: () => Promise<number>;
}

export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** Number of the browser's first process. */
  readonly process: number;
  readonly open: (url: string) => Promise<EnginePage>;
  readonly close: () => Promise<void>;
}
