// Runs the WebSocket server as a child process: starts, kills, freezes and thaws it, and restarts it when it
// ends by itself.
import { fork, type ChildProcess } from 'node:child_process';
import { noFaults, type Faults } from './faults.js';
import type { StoreRequest, ToBackend, ToSupervisor } from './ipc.js';

export type ServerPhase = 'starting' | 'running' | 'frozen' | 'down';

export interface ServerStatus {
  readonly phase: ServerPhase;
  readonly pid: number | null;
  readonly connections: number;
  readonly faults: Faults;
  /** When the current phase ends automatically, epoch ms; null: it does not. */
  readonly until: number | null;
}

export interface BackendHost {
  readonly modulePath: string;
  readonly onStatus: (status: ServerStatus) => void;
  readonly onExit: () => void;
  /** Returns the result, or a promise of it. */
  readonly callStore: (request: StoreRequest) => unknown;
}

/** Shortest time between two starts of a process that ends by itself, seconds. */
const restartInterval = 1;

export class BackendProcess {
  readonly #host: BackendHost;
  #port: number;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #status: ServerStatus = { phase: 'down', pid: null, connections: 0, faults: noFaults, until: null };
  #downUntil: number | null = null;
  #startWaiters: { resolve: () => void; reject: (reason: Error) => void }[] = [];

  constructor(port: number, host: BackendHost) {
    this.#port = port;
    this.#host = host;
  }

  get port(): number {
    return this.#port;
  }

  get status(): ServerStatus {
    return this.#status;
  }

  /** Starts the process unless there is one. */
  start(): void {
    if (this.#child === null) this.#spawn();
  }

  /** Resolves when the process listens, rejects when it cannot. */
  whenRunning(): Promise<void> {
    if (this.#status.phase === 'running') return Promise.resolve();
    return new Promise((resolve, reject) => this.#startWaiters.push({ resolve, reject }));
  }

  /** Kills the process like `kill -9`; it is started again after `seconds`, if given. */
  kill(seconds: number | null): void {
    this.#downUntil = seconds === null ? null : Date.now() + seconds * 1000;
    if (this.#child === null) this.#scheduleStart();
    else this.#child.kill('SIGKILL');
  }

  /** Suspends the process with SIGSTOP: TCP connections stay open, but nothing is answered. */
  freeze(seconds: number | null): void {
    if (this.#child === null) return;
    this.#child.kill('SIGSTOP');
    this.#after(seconds, () => {
      this.thaw();
    });
    this.#change({ phase: 'frozen', until: seconds === null ? null : Date.now() + seconds * 1000 });
  }

  thaw(): void {
    if (this.#status.phase !== 'frozen') return;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGCONT');
    this.#change({ phase: 'running', until: null });
  }

  setFaults(faults: Faults): void {
    this.#change({ faults });
    this.#post({ kind: 'faults', faults });
  }

  reset(): void {
    this.#post({ kind: 'reset' });
  }

  closeConnections(code: number, reason: string): void {
    this.#post({ kind: 'close', code, reason });
  }

  /** Ends the process for good; resolves when it has exited. */
  close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => {
        resolve();
      });
      child.kill('SIGKILL');
    });
  }

  /** Synchronous; for the exit of the supervisor. */
  killNow(): void {
    this.#child?.kill('SIGKILL');
  }

  #spawn(): void {
    clearTimeout(this.#timer);
    const child = fork(this.#host.modulePath, [], {
      execArgv: [],
      // With it binary messages of a session arrive as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#downUntil = Date.now() + restartInterval * 1000;
    child.on('message', (message: ToSupervisor) => {
      this.#receive(child, message);
    });
    child.on('exit', () => {
      this.#exited();
    });
    this.#change({ phase: 'starting', pid: child.pid ?? null, connections: 0, until: null });
    this.#post({ kind: 'start', port: this.#port, faults: this.#status.faults });
  }

  #receive(child: ChildProcess, message: ToSupervisor): void {
    switch (message.kind) {
      case 'listening':
        this.#port = message.port;
        this.#change({ phase: 'running' });
        for (const { resolve } of this.#startWaiters.splice(0)) resolve();
        return;
      case 'failed':
        for (const { reject } of this.#startWaiters.splice(0)) reject(new Error(message.reason));
        return;
      case 'connections':
        this.#change({ connections: message.count });
        return;
      case 'store':
        void this.#answer(child, message);
    }
  }

  async #answer(child: ChildProcess, request: StoreRequest): Promise<void> {
    const result = await this.#host.callStore(request);
    child.send({ kind: 'result', id: request.id, result }, () => undefined);
  }

  #exited(): void {
    clearTimeout(this.#timer);
    this.#child = null;
    this.#host.onExit();
    if (!this.#isClosed) this.#scheduleStart();
  }

  #scheduleStart(): void {
    const until = this.#downUntil;
    this.#after(until === null ? null : (until - Date.now()) / 1000, () => {
      this.#spawn();
    });
    this.#change({ phase: 'down', pid: null, connections: 0, until });
  }

  #after(seconds: number | null, action: () => void): void {
    clearTimeout(this.#timer);
    if (seconds !== null) this.#timer = setTimeout(action, Math.max(0, seconds * 1000));
  }

  #post(message: ToBackend): void {
    // A process that has just ended cannot receive messages; the next one is started with the current faults.
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  #change(change: Partial<ServerStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#host.onStatus(this.#status);
  }
}
