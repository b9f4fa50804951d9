// All texts of the status component, in Russian and in English.
import { type Locale } from '../../types.js';

export interface StatusTexts {
  /** Name of the component for screen readers. */
  readonly label: string;
  /** The compact form while connected. */
  readonly online: string;
  /** The compact form otherwise. */
  readonly offline: string;
  readonly connecting: string;
  readonly connected: string;
  readonly reconnecting: string;
  readonly disconnected: string;
  readonly failed: string;
  /** `maximum` is '∞' when there is no limit. */
  readonly attempt: (attempt: number, maximum: number | string) => string;
  readonly queued: (count: number) => string;
  readonly nextAttempt: (seconds: number) => string;
  /** Replaces the countdown when the attempt has begun. */
  readonly attempting: string;
  readonly reconnect: string;
  readonly reconnectNow: string;
  /** Opens the panel from the compact form. */
  readonly open: string;
  readonly close: string;
  /** The toggle for the statistics. */
  readonly details: string;
  readonly connections: string;
  readonly reconnections: string;
  readonly messages: string;
  readonly connectedAt: string;
  readonly lastPong: string;
  readonly ago: (seconds: number) => string;
  readonly averageLatency: string;
  readonly milliseconds: (milliseconds: number) => string;
  /** Text alternative for the sparkline of round-trip times; all in ms. */
  readonly latencies: (latest: number, minimum: number, maximum: number) => string;
  /** An error for which the client has no text in this language. */
  readonly problem: string;
}

const messageForms: Readonly<Record<string, string>> = { one: 'сообщение', few: 'сообщения' };

const russian: StatusTexts = {
  label: 'Состояние соединения',
  online: 'Онлайн',
  offline: 'Офлайн',
  connecting: 'Подключение...',
  connected: 'Подключено',
  reconnecting: 'Переподключение...',
  disconnected: 'Отключено',
  failed: 'Ошибка подключения',
  attempt: (attempt, maximum) => `Попытка ${attempt}/${maximum}`,
  queued: (count) =>
    `${count} ${messageForms[new Intl.PluralRules('ru').select(count)] ?? 'сообщений'} в очереди`,
  nextAttempt: (seconds) => `Следующая попытка через ${seconds} с`,
  attempting: 'Подключаемся…',
  reconnect: 'Переподключить',
  reconnectNow: 'Переподключить сейчас',
  open: 'Открыть состояние соединения',
  close: 'Закрыть',
  details: 'Статистика',
  connections: 'Подключений:',
  reconnections: 'Переподключений:',
  messages: 'Сообщений:',
  connectedAt: 'Время подключения:',
  lastPong: 'Последний pong:',
  ago: (seconds) => `${seconds} с назад`,
  averageLatency: 'Средний отклик:',
  milliseconds: (milliseconds) => `${milliseconds} мс`,
  latencies: (latest, minimum, maximum) => `Отклик ${latest} мс, от ${minimum} до ${maximum} мс`,
  problem: 'Произошла ошибка',
};

const english: StatusTexts = {
  label: 'Connection status',
  online: 'Online',
  offline: 'Offline',
  connecting: 'Connecting...',
  connected: 'Connected',
  reconnecting: 'Reconnecting...',
  disconnected: 'Disconnected',
  failed: 'Connection failed',
  attempt: (attempt, maximum) => `Attempt ${attempt}/${maximum}`,
  queued: (count) => `${count} message${count === 1 ? '' : 's'} queued`,
  nextAttempt: (seconds) => `Next attempt in ${seconds} s`,
  attempting: 'Connecting…',
  reconnect: 'Reconnect',
  reconnectNow: 'Reconnect now',
  open: 'Show connection status',
  close: 'Close',
  details: 'Statistics',
  connections: 'Connections:',
  reconnections: 'Reconnections:',
  messages: 'Messages:',
  connectedAt: 'Connected at:',
  lastPong: 'Last pong:',
  ago: (seconds) => `${seconds} s ago`,
  averageLatency: 'Mean round trip:',
  milliseconds: (milliseconds) => `${milliseconds} ms`,
  latencies: (latest, minimum, maximum) => `Round trip ${latest} ms, from ${minimum} to ${maximum} ms`,
  problem: 'Something went wrong',
};

export const textsByLocale: Readonly<Record<Locale, StatusTexts>> = { ru: russian, en: english };
