// Loads the wasm module, or its translation to JavaScript: one instance for all clients of a page, made when the first
// client needs it or by preload().
import createCore, {
  wasmBytes,
  type CoreClient,
  type CoreListener,
  type CoreModule,
  type CoreOptionValue,
  type TranslatedCore,
} from '#core';
import { UnsupportedEnvironmentError } from '../errors.js';

/**
 * The instance, and what is the same for all its clients.
 * @internal
 */
export interface Core {
  readonly module: CoreModule;
  /** The options of the core by their names, with their defaults. */
  readonly optionDefaults: ReadonlyMap<string, CoreOptionValue>;
  /** A text of at most this length (UTF-16 units) that contains the marker may be a control frame. */
  readonly controlFrames: { readonly maxLength: number; readonly marker: string };
  /** The beginning of all control frames of a session. */
  readonly sessionMarker: string;
}

let core: Core | undefined;
let pending: Promise<void> | undefined;
let translation: TranslatedCore | undefined;

/**
 * An instance that is made from now on is one of JavaScript. An instance that was made before is kept: WebAssembly works
 * there, and its clients have connections.
 * @internal
 */
export function setTranslatedCore(translated: TranslatedCore): void {
  translation = translated;
}

/**
 * The one instance. The first call compiles and instantiates it synchronously. Throws UnsupportedEnvironmentError if that
 * fails.
 * @internal
 */
export function loadCore(): Core {
  try {
    core ??= toCore(
      createCore(translation ? { translated: translation } : { module: new WebAssembly.Module(wasmBytes()) }),
    );
    return core;
  } catch (cause) {
    throw createModuleError(cause);
  }
}

/**
 * Compiles the WebAssembly module off the main thread and instantiates it, so that the first client is made at once. Not
 * needed where synchronous compilation is allowed and fast enough: the first client does it otherwise. Chromium before
 * 115 does not allow it on the main thread. Rejects with UnsupportedEnvironmentError if WebAssembly is missing or
 * forbidden; a later call tries again.
 */
export function preload(): Promise<void> {
  if (pending === undefined) {
    pending = compile();
    // A caller who ignores the promise gets the same error from the first client.
    pending.catch(() => {
      pending = undefined;
    });
  }
  return pending;
}

/**
 * A listener whose logger gets the errors that its methods throw.
 * @internal
 */
export interface ReportingListener extends CoreListener {
  readonly logger: { thrown(method: string, error: unknown): void };
}

type Methods = Record<string, (...values: unknown[]) => unknown>;

/**
 * What the core calls in the place of a listener. It gets undefined where a method of the listener throws: an exception
 * must not enter wasm. All listeners are of one class, whose methods are added with the first client.
 */
class Guard {
  readonly listener: ReportingListener;

  constructor(listener: ReportingListener) {
    this.listener = listener;
  }

  static addMethods(names: readonly string[]): void {
    const methods = Guard.prototype as unknown as Methods;
    for (const name of names) {
      methods[name] = function (this: Guard, ...values) {
        try {
          return (this.listener as unknown as Methods)[name]?.(...values);
        } catch (error) {
          this.listener.logger.thrown(name, error);
          return undefined;
        }
      };
    }
  }
}

/** @internal */
export function createCoreClient(listener: ReportingListener): CoreClient {
  const { ResilientWebSocket } = loadCore().module;
  if (!('turnEnded' in Guard.prototype)) {
    // Those of the listener's class and of the class that it extends.
    const methods = Object.getPrototypeOf(listener) as object;
    for (const each of [methods, Object.getPrototypeOf(methods) as object]) {
      Guard.addMethods(Object.getOwnPropertyNames(each));
    }
  }
  return new ResilientWebSocket(new Guard(listener) as unknown as CoreListener, createSeed());
}

/**
 * A random integer in [0, 2^53). Not from Web Crypto: jitter protects no secret, and a draw there takes as long as
 * making a client.
 * @internal
 */
export function createSeed(): number {
  return Math.floor(Math.random() * 2 ** 53);
}

async function compile(): Promise<void> {
  if (core !== undefined) return;
  if (translation !== undefined) {
    loadCore();
    return;
  }
  try {
    const module = await createCore({ module: await WebAssembly.compile(wasmBytes()), isAsync: true });
    // A client may have been made meanwhile.
    core ??= toCore(module);
  } catch (cause) {
    throw createModuleError(cause);
  }
}

function createModuleError(cause: unknown): UnsupportedEnvironmentError {
  return new UnsupportedEnvironmentError(
    `The WebAssembly module did not start (${String(cause)}). A content security policy must allow 'wasm-unsafe-eval', and ` +
      "Chromium before 115 needs await preload(). Where WebAssembly is forbidden: import '@advakod/resilient-websocket/no-wasm'",
    { cause },
  );
}

function toCore(module: CoreModule): Core {
  let optionDefaults: Core['optionDefaults'] | undefined;
  let controlFrames: Core['controlFrames'] | undefined;
  let sessionMarker: string | undefined;
  return {
    module,
    // Both are read when they are needed: engines compile wasm functions at their first call, so that the defaults take a
    // millisecond, and the first client is made without them.
    get optionDefaults() {
      optionDefaults ??= new Map(Object.entries(module.optionDefaults()));
      return optionDefaults;
    },
    get controlFrames() {
      controlFrames ??= { maxLength: module.maxControlFrame(), marker: module.controlFrameMarker() };
      return controlFrames;
    },
    get sessionMarker() {
      sessionMarker ??= module.sessionMarker();
      return sessionMarker;
    },
  };
}
