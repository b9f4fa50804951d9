// `client.options`: one accessor for each option, whether the core or the presentation keeps its value.
import { type CoreClient } from '#core';
import { copyList } from './address.js';
import { loadCore } from './core/load.js';
import { createOptionError, DestroyedError } from './errors.js';
import { type Logger } from './logger.js';
import {
  isPresentationName,
  presentationDefaults,
  presentationNames,
  type Presentation,
} from './presentation.js';
import { type PresentationOptions, type ResilientWebSocketOptions, type ResolvedOptions } from './types.js';

/** Keeps the values; called after an assignment to an option of the presentation. */
export interface OptionsHost {
  readonly client: CoreClient;
  readonly presentation: Presentation;
  presentationChanged(name: keyof PresentationOptions): void;
}

export class Options {
  readonly #host: OptionsHost;
  // A copy; null without any, as in most pages.
  readonly #pageDefaults: ResilientWebSocketOptions | null;
  #view: ResolvedOptions | null = null;
  // The last values of a destroyed client, null before.
  #final: ReadonlyMap<string, unknown> | null = null;

  /** `pageDefaults` are used before the defaults of the package. */
  constructor(host: OptionsHost, pageDefaults: ResilientWebSocketOptions) {
    this.#host = host;
    const copy = { ...pageDefaults };
    this.#pageDefaults = Object.keys(copy).length > 0 ? copy : null;
  }

  /** The object that the user sees: own, enumerable accessors, so that `{ ...client.options }` gives all values. */
  get view(): ResolvedOptions {
    this.#view ??= this.#createView();
    return this.#view;
  }

  /** Assigns what a user passed; throws RangeError at the first value that breaks its rule. */
  assignAll(given: ResilientWebSocketOptions, logger: Logger): void {
    const unknown: string[] = [];
    for (const name of Object.keys({ ...this.#pageDefaults, ...given })) {
      if (!isPresentationName(name) && !loadCore().optionDefaults.has(name)) unknown.push(name);
      else this.#assign(name, given[name as keyof ResilientWebSocketOptions]);
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
    return [...loadCore().optionDefaults.keys(), ...presentationNames];
  }

  #get(name: string): unknown {
    if (this.#final !== null) return this.#final.get(name);
    if (isPresentationName(name)) return this.#host.presentation[name];
    const value = this.#host.client.getOption(name);
    // A list is a copy: a change of it would have no effect, so it cannot be changed.
    return typeof value === 'object' ? Object.freeze(value) : value;
  }

  #assign(name: string, given: unknown): void {
    if (this.#final !== null) throw new DestroyedError();
    const isPresentation = isPresentationName(name);
    let value = given;
    if (value === undefined) value = this.#pageDefaults?.[name as keyof ResilientWebSocketOptions];
    if (value === undefined) {
      value = isPresentation ? presentationDefaults[name] : loadCore().optionDefaults.get(name);
    }
    value = copyList(value) ?? value;
    const rule = isPresentation
      ? this.#host.presentation.assign(name, value)
      : this.#host.client.setOption(name, value);
    if (rule !== '') throw createOptionError(name, rule);
    if (isPresentation) this.#host.presentationChanged(name);
  }
}
