// Owns one connection of the wasm module as the facade speaks to it: values cross here, in both directions.
// Refuses decisions, and to keep anything the core can be asked.
import {
  type BoundConnection,
  type CoreDelegate,
  type CoreModule,
  type CoreOptionValue,
  type CorePort,
  type CoreSnapshot,
  type FoundAddress,
} from '#core';
import { answers } from './answers.js';
import { controlMembersOf } from './json_members.js';
import { snapshotOf } from './snapshot.js';

/** While no attempt is about to open a socket. */
const NOWHERE: FoundAddress = { url: '', protocols: '' };

export class CoreConnection implements CorePort {
  readonly delegate: CoreDelegate;
  address = NOWHERE;
  readonly #module: CoreModule;
  readonly #bound: BoundConnection;
  readonly #pointer: number;

  constructor(module: CoreModule, delegate: CoreDelegate, seed: number) {
    this.delegate = delegate;
    this.#module = module;
    this.#bound = new module.ResilientWebSocket(seed);
    this.#pointer = this.#bound.address();
    module.facades[this.#pointer] = this;
  }

  // --- wishes

  connect(): void {
    this.#bound.connect();
  }

  disconnect(): void {
    this.#bound.disconnect();
  }

  reconnect(): void {
    this.#bound.reconnect();
  }

  /** Ends the connection for good; `delete()` must follow, in a later task or microtask. */
  destroy(): void {
    this.#bound.destroy();
  }

  clearQueue(): void {
    this.#bound.clearQueue();
  }

  checkNetwork(): void {
    this.#bound.checkNetwork();
  }

  slowDown(): void {
    this.#bound.slowDown();
  }

  contactSupport(): void {
    this.#bound.contactSupport();
  }

  resetRecovery(): void {
    this.#bound.resetRecovery();
  }

  /** Frees the C++ object. */
  delete(): void {
    Reflect.deleteProperty(this.#module.facades, this.#pointer);
    this.#bound.delete();
  }

  // --- messages

  /**
   * The short way for a message without options: whether the facade hands it over now. When it does not, nothing was
   * done: `send` is the way. `bytes` of a text are its UTF-16 units: it is not measured.
   */
  handOverAtOnce(payload: number, bytes: number, isBinary: boolean): boolean {
    return this.#module._rwsHandOverAtOnce(this.#pointer, payload, bytes, Number(isBinary)) !== 0;
  }

  /**
   * Accepts a message. The payload must be findable by `transmit` before this is called. `bytes` of a text that is not
   * measured are its UTF-16 units. `ttl` in ms, negative for none. Answers with a number of SendOutcomes; with `handOver`
   * the facade sends at once, then reports a refusal by `handOverFailed`.
   */
  send(
    payload: number,
    bytes: number,
    isBinary: boolean,
    isVolatile: boolean,
    ttl: number,
    isMeasured = true,
  ): number {
    return this.#module._rwsSend(
      this.#pointer,
      payload,
      bytes,
      Number(isBinary),
      Number(isMeasured),
      Number(isVolatile),
      ttl,
    );
  }

  handOverFailed(attempt: number, payload: number): void {
    this.#module._rwsHandOverFailed(this.#pointer, attempt, payload);
  }

  /** Something other than a possible control frame came in. */
  received(attempt: number): void {
    this.#module._rwsReceived(this.#pointer, attempt);
  }

  /** A text that may be a control frame came in; true if it was one and is consumed. */
  receivedText(attempt: number, text: string): boolean {
    const members = controlMembersOf(text);
    if (members === null) {
      this.received(attempt);
      return false;
    }
    const [type, timestamp] = members;
    const module = this.#module;
    return module.withText(type.json, (typePointer, typeLength) =>
      module.withText(timestamp.json, (timestampPointer, timestampLength) =>
        Boolean(
          module._rwsReceivedControl(
            this.#pointer,
            attempt,
            type.kind,
            typePointer,
            typeLength,
            timestamp.kind,
            timestampPointer,
            timestampLength,
          ),
        ),
      ),
    );
  }

  // --- addresses

  /** `protocols` joined with commas, empty for none. */
  addressFound(attempt: number, url: string, protocols: string): void {
    this.address = { url, protocols };
    // Opens the socket.
    this.#bound.addressFound(attempt);
    this.address = NOWHERE;
  }

  /** `reason` appears in the close event: it must not hold secrets. */
  addressFailed(attempt: number, reason: string): void {
    this.#module.withText(reason, (pointer, length) => {
      this.#module._rwsAddressFailed(this.#pointer, attempt, pointer, length);
    });
  }

  // --- the environment

  networkChanged(online: boolean): void {
    this.#bound.networkChanged(online);
  }

  visibilityChanged(visible: boolean): void {
    this.#bound.visibilityChanged(visible);
  }

  pageSuspended(): void {
    this.#bound.pageSuspended();
  }

  pageResumed(): void {
    this.#bound.pageResumed();
  }

  /** Whether `shouldReconnect` is to be asked. */
  hostDecides(asked: boolean): void {
    this.#bound.hostDecides(asked);
  }

  // --- what is

  /** The defaults of the core's options by their names, and the text that every control frame contains. */
  describe(): Pick<typeof answers, 'defaults' | 'controlFrameMarker'> {
    this.#bound.describe();
    return answers;
  }

  /** Undefined for a name that is none. */
  getOption(name: string): CoreOptionValue | undefined {
    answers.option = undefined;
    this.#module.withText(name, (pointer, length) => {
      this.#module._rwsReadOption(this.#pointer, pointer, length);
    });
    return answers.option;
  }

  /** Assigns one option. Returns '' or what it must be: "a finite number >= 1 (milliseconds)". */
  setOption(name: string, value: unknown): string {
    answers.rule = '';
    this.#module.withText(name, (pointer, length) => {
      this.#set(pointer, length, value);
    });
    return answers.rule;
  }

  snapshot(): CoreSnapshot {
    this.#bound.snapshot();
    const { snapshot } = answers;
    if (snapshot === undefined) throw new Error('The core gave no snapshot');
    return snapshot;
  }

  #set(name: number, length: number, value: unknown): void {
    const module = this.#module;
    if (typeof value === 'boolean') module._rwsSetFlag(this.#pointer, name, length, Number(value));
    else if (typeof value === 'number') module._rwsSetNumber(this.#pointer, name, length, value);
    else if (isNumbers(value)) {
      module.withNumbers(value, (numbers) =>
        module._rwsSetList(this.#pointer, name, length, numbers, value.length),
      );
    } else module._rwsSetOther(this.#pointer, name, length);
  }

  // --- told by the core

  socketCreated(attempt: number, socket: WebSocket): void {
    this.delegate.socketCreated(attempt, socket);
  }

  drop(reason: string, payload: number): void {
    this.delegate.drop(payload, reason);
  }

  shouldReconnect(reason: string, code: number, wasClean: number, byItself: number): number {
    return this.delegate.shouldReconnect(code, reason, Boolean(wasClean), Boolean(byItself));
  }

  closed(reason: string, code: number, wasClean: number, shouldReconnect: number): void {
    this.delegate.closed(code, reason, Boolean(wasClean), Boolean(shouldReconnect));
  }

  failed(type: string, code: number, recoverable: number): void {
    this.delegate.failed(type, code, Boolean(recoverable));
  }

  snapshotTaken(...told: Parameters<CorePort['snapshotTaken']>): void {
    answers.snapshot = snapshotOf(...told);
  }

  optionRead(type: string, ...values: number[]): void {
    if (type === 'list') answers.option = values;
    else answers.option = type === 'flag' ? Boolean(values[0]) : values[0];
  }

  ruleBroken(rule: string): void {
    answers.rule = rule;
  }

  optionNamed(name: string): void {
    if (answers.option !== undefined) answers.defaults.set(name, answers.option);
  }

  markControlFrames(marker: string): void {
    answers.controlFrameMarker = marker;
  }
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
