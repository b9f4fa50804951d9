// All texts of the status component, in Russian and in English.
import { type Locale } from '../../types.js';

/** The texts of the status component; each can be replaced by the prop `texts`. */
export interface StatusTexts {
  /** Name of the component for screen readers. */
  readonly label: string;
  /** The compact form while connected. */
  readonly online: string;
  /** The compact form otherwise. */
  readonly offline: string;
  /** The state connecting. */
  readonly connecting: string;
  /** The state connected. */
  readonly connected: string;
  /** The state reconnecting. */
  readonly reconnecting: string;
  /** The state disconnected. */
  readonly disconnected: string;
  /** The state failed. */
  readonly failed: string;
  /** `maximum` is '∞' when there is no limit. */
  readonly attempt: (attempt: number, maximum: number | string) => string;
  /** The number of messages in the queue. */
  readonly queued: (count: number) => string;
  /** The number of messages that were sent in a session and that the server has not acknowledged. */
  readonly waiting: (count: number) => string;
  /** The countdown to the next attempt. */
  readonly nextAttempt: (seconds: number) => string;
  /** Replaces the countdown when the attempt has begun. */
  readonly attempting: string;
  /** The button in the states disconnected and failed. */
  readonly reconnect: string;
  /** The button during an outage. */
  readonly reconnectNow: string;
  /** Opens the panel from the compact form. */
  readonly open: string;
  /** Closes the panel. */
  readonly close: string;
  /** The toggle for the statistics. */
  readonly details: string;
  /** Statistics: connections opened. */
  readonly connections: string;
  /** Statistics: connections opened by retries. */
  readonly reconnections: string;
  /** Statistics: messages sent. */
  readonly messages: string;
  /** Statistics: time of the connection. */
  readonly connectedAt: string;
  /** Statistics: the last pong. */
  readonly lastPong: string;
  /** How long ago the last pong was. */
  readonly ago: (seconds: number) => string;
  /** Statistics: mean round-trip time. */
  readonly averageLatency: string;
  /** A duration in milliseconds. */
  readonly milliseconds: (milliseconds: number) => string;
  /** Text alternative for the sparkline of round-trip times; all in ms. */
  readonly latencies: (latest: number, minimum: number, maximum: number) => string;
  /** An error for which the client has no text in this language. */
  readonly problem: string;
}

const messageForms: Readonly<Record<string, string>> = { one: 'сообщение', few: 'сообщения' };

function toRussianForm(count: number): string {
  return new Intl.PluralRules('ru').select(count);
}

function countInRussian(count: number): string {
  return `${count} ${messageForms[toRussianForm(count)] ?? 'сообщений'}`;
}

function countInEnglish(count: number): string {
  return `${count} message${count === 1 ? '' : 's'}`;
}

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
  queued: (count) => `${countInRussian(count)} в очереди`,
  waiting: (count) =>
    `${countInRussian(count)} ${toRussianForm(count) === 'one' ? 'ждёт' : 'ждут'} подтверждения`,
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
  queued: (count) => `${countInEnglish(count)} queued`,
  waiting: (count) => `${countInEnglish(count)} wait${count === 1 ? 's' : ''} for confirmation`,
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
