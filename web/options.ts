// Owns `ws.options`: one accessor for each option, whether the core or the presentation holds its value.
// Refuses values that break their rule, and to keep a second copy while the core can be asked.
import { type CoreOptionValue } from '#core';
import { type CoreConnection } from './core/connection.js';
import { DestroyedError, optionError } from './errors.js';
import { type Logger } from './logger.js';
import {
  isPresentationName,
  presentationDefaults,
  presentationNames,
  type Presentation,
} from './presentation.js';
import { type PresentationOptions, type ResilientWebSocketOptions, type ResolvedOptions } from './types.js';

/** Told of an assignment to an option of the presentation. */
export interface PresentationListener {
  presentationChanged(name: keyof PresentationOptions): void;
}

export class Options {
  readonly #core: CoreConnection;
  readonly #presentation: Presentation;
  readonly #listener: PresentationListener;
  readonly #coreDefaults: ReadonlyMap<string, CoreOptionValue>;
  #view: ResolvedOptions | null = null;
  // The last values, once the core is gone.
  #final: ReadonlyMap<string, unknown> | null = null;

  constructor(
    core: CoreConnection,
    coreDefaults: ReadonlyMap<string, CoreOptionValue>,
    presentation: Presentation,
    listener: PresentationListener,
  ) {
    this.#core = core;
    this.#presentation = presentation;
    this.#listener = listener;
    this.#coreDefaults = coreDefaults;
  }

  /** What the user sees: own, enumerable accessors, so that `{ ...ws.options }` gives all values. */
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

  /** Keeps the values as they are: the core is about to go. */
  freeze(): void {
    this.#final = this.#read();
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

  #read(): Map<string, unknown> {
    return new Map(this.#names().map((name) => [name, this.#get(name)]));
  }

  #names(): string[] {
    return [...this.#coreDefaults.keys(), ...presentationNames];
  }

  #default(name: string): unknown {
    return isPresentationName(name) ? presentationDefaults[name] : this.#coreDefaults.get(name);
  }

  #get(name: string): unknown {
    if (this.#final !== null) return this.#final.get(name);
    if (isPresentationName(name)) return this.#presentation[name];
    const value = this.#core.getOption(name);
    // A list is a copy: a change of it would go unnoticed, so that it is refused.
    return typeof value === 'object' ? Object.freeze(value) : value;
  }

  #assign(name: string, given: unknown): void {
    if (this.#final !== null) throw new DestroyedError();
    const value = given === undefined ? this.#default(name) : given;
    if (isPresentationName(name)) {
      const rule = this.#presentation.assign(name, value);
      if (rule !== '') throw optionError(name, rule);
      this.#listener.presentationChanged(name);
      return;
    }
    const rule = this.#core.setOption(name, value);
    if (rule !== '') throw optionError(name, rule);
  }
}
