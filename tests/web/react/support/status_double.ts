// A test double of a client: it has only the documented members of a status source. A test sets its status
// and makes it emit events.
import {
  type StatusEvent,
  type StatusReport,
  type StatusSource,
} from '../../../../web/react/status/status_source.js';
import { type ConnectionState } from '../../../../web/types.js';

type Listener = (argument?: unknown) => void;

const words: Readonly<Record<'ru' | 'en', Readonly<Record<ConnectionState, string>>>> = {
  ru: {
    connecting: 'Подключение...',
    connected: 'Подключено',
    reconnecting: 'Переподключение...',
    disconnected: 'Отключено',
    failed: 'Ошибка подключения',
  },
  en: {
    connecting: 'Connecting...',
    connected: 'Connected',
    reconnecting: 'Reconnecting...',
    disconnected: 'Disconnected',
    failed: 'Connection failed',
  },
};

export class StatusDouble implements StatusSource {
  readonly options: StatusSource['options'];
  readonly listeners: [event: StatusEvent, listener: Listener][] = [];
  reconnects = 0;
  #report: StatusReport;

  constructor(report: StatusReport, options: Partial<StatusSource['options']> = {}) {
    this.#report = report;
    this.options = { maxReconnectAttempts: 10, ...options };
  }

  // Instance properties, so that a test may call them without the object, as with mocks.
  readonly getStatus = (): StatusReport => ({ ...this.#report });

  readonly getUserFriendlyStatus = (): { text: string } => ({
    text: words[this.options.locale === 'en' ? 'en' : 'ru'][this.#report.connectionState],
  });

  readonly on = (event: StatusEvent, listener: Listener): void => {
    this.listeners.push([event, listener]);
  };

  readonly off = (event: StatusEvent, listener: Listener): void => {
    const index = this.listeners.findIndex(([name, candidate]) => name === event && candidate === listener);
    if (index >= 0) this.listeners.splice(index, 1);
  };

  readonly reconnect = (): void => {
    this.reconnects += 1;
  };

  // --- controls for tests

  /** Changes the status without an event; merged into the previous one. */
  set(report: Partial<StatusReport>): void {
    this.#report = { ...this.#report, ...report };
  }

  emit(event: StatusEvent, argument?: unknown): void {
    for (const [name, listener] of [...this.listeners]) if (name === event) listener(argument);
  }

  /** Changes the status and emits stateChange. */
  become(connectionState: ConnectionState, report: Partial<StatusReport> = {}): void {
    this.set({ ...report, connectionState });
    this.emit('stateChange', connectionState);
  }
}
