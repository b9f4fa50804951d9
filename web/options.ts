// `client.options`: one accessor for each option, whether the core or the presentation keeps its value.
import { type CoreClient, type CoreOptionValue } from '#core';
import { createOptionError, DestroyedError } from './errors.js';
import { type Logger } from './logger.js';
import {
  isPresentationName,
  presentationDefaults,
  presentationNames,
  type Presentation,
} from './presentation.js';
import { type PresentationOptions, type ResilientWebSocketOptions, type ResolvedOptions } from './types.js';

/** Called after an assignment to an option of the presentation. */
export interface PresentationListener {
  presentationChanged(name: keyof PresentationOptions): void;
}

export class Options {
  readonly #client: CoreClient;
  readonly #coreDefaults: ReadonlyMap<string, CoreOptionValue>;
  readonly #presentation: Presentation;
  readonly #listener: PresentationListener;
  #view: ResolvedOptions | null = null;
  // The last values, once the core is gone.
  #final: ReadonlyMap<string, unknown> | null = null;

  constructor(
    client: CoreClient,
    coreDefaults: ReadonlyMap<string, CoreOptionValue>,
    presentation: Presentation,
    listener: PresentationListener,
  ) {
    this.#client = client;
    this.#coreDefaults = coreDefaults;
    this.#presentation = presentation;
    this.#listener = listener;
  }

  /** The object that the user sees: own, enumerable accessors, so that `{ ...client.options }` gives all values. */
  get view(): ResolvedOptions {
    this.#view ??= this.#createView();
    return this.#view;
  }

  /** Assigns what a user passed; throws RangeError at the first value that breaks its rule. */
  assignAll(given: ResilientWebSocketOptions, logger: Logger): void {
    const unknown: string[] = [];
    for (const [name, value] of Object.entries(given)) {
      if (!this.#coreDefaults.has(name) && !isPresentationName(name)) unknown.push(name);
      else if (value !== undefined) this.#assign(name, value);
    }
    // Last, when the log level is known.
    for (const name of unknown) logger.warn(`unknown option "${name}"`);
  }

  /** Keeps the values as they are, before the core goes. */
  freeze(): void {
    this.#final = new Map(this.#names().map((name) => [name, this.#get(name)]));
  }

  #createView(): ResolvedOptions {
    const view = {};
    for (const name of this.#names()) {
      Object.defineProperty(view, name, {
        enumerable: true,
        get: () => this.#get(name),
        set: (value: unknown) => {
          this.#assign(name, value);
        },
      });
    }
    return view as ResolvedOptions;
  }

  #names(): string[] {
    return [...this.#coreDefaults.keys(), ...presentationNames];
  }

  #get(name: string): unknown {
    if (this.#final !== null) return this.#final.get(name);
    if (isPresentationName(name)) return this.#presentation[name];
    const value = this.#client.getOption(name);
    // A list is a copy: a change of it would have no effect, so it cannot be changed.
    return typeof value === 'object' ? Object.freeze(value) : value;
  }

  #assign(name: string, given: unknown): void {
    if (this.#final !== null) throw new DestroyedError();
    const isPresentation = isPresentationName(name);
    const byDefault = isPresentation ? presentationDefaults[name] : this.#coreDefaults.get(name);
    const value = given === undefined ? byDefault : given;
    const rule = isPresentation
      ? this.#presentation.assign(name, value)
      : this.#client.setOption(name, value);
    if (rule !== '') throw createOptionError(name, rule);
    if (isPresentation) this.#listener.presentationChanged(name);
  }
}
