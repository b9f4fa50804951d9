// Every text that a user of the application may read, in Russian and in English. Log lines and texts for programmers are
// in English only, and stand where they are used.
import { type ConnectionState, type ErrorType, type Locale, type RecoveryAction } from './types.js';

type ErrorName =
  | ErrorType
  | 'unsupported_data'
  // Of the hooks: no user to connect for, and the ends of messages.
  | ('no_token' | 'other_user' | 'messageDropped' | 'messageUnconfirmed');

/** The texts of one language. */
export interface Texts {
  /** By `connectionState`. */
  readonly states: Readonly<Record<ConnectionState, string>>;
  /** By the `type` of the error, or by what has happened. */
  readonly errors: Readonly<Record<ErrorName, string>>;
  /** By the recommended action. */
  readonly recommendations: Readonly<Record<RecoveryAction, string>>;
  /** Messages of ConnectionError. */
  readonly ended: Readonly<Record<'failed' | 'disconnected', string>>;
}

const russian: Texts = {
  states: {
    connecting: 'Подключение...',
    connected: 'Подключено',
    reconnecting: 'Переподключение...',
    disconnected: 'Отключено',
    failed: 'Ошибка подключения',
  },
  errors: {
    auth_error: 'Сервер отказал в доступе',
    server_error: 'Ошибка на стороне сервера',
    network_error: 'Нет связи с сервером',
    unknown_error: 'Неизвестная ошибка соединения',
    send_error: 'Сообщение не удалось отправить, оно осталось в очереди',
    message_too_large: 'Сообщение слишком большое',
    invalid_message: 'Сообщение нельзя записать как JSON',
    unsupported_data: 'Данные не поддерживаются сервером',
    heartbeat_unanswered:
      'Сервер не отвечает на пинги. Настройте heartbeat или отключите их: enableHeartbeat: false',
    session_unsupported: 'Сервер не поддерживает сессии',
    session_taken: 'Сессия открыта в другом месте',
    no_token: 'Вы не вошли: нет токена',
    other_user: 'Вошёл другой пользователь: обновите страницу',
    messageDropped: 'Сообщение не отправлено',
    messageUnconfirmed: 'Сообщение не подтверждено',
  },
  recommendations: {
    checkNetwork: 'Проверьте подключение к интернету',
    pageReload: 'Много ошибок подряд. Перезагрузите страницу',
    checkServer: 'Сервер долго не отвечает. Возможно, он недоступен',
    clearQueue: 'Накопилось много неотправленных сообщений. Очистите очередь',
    contactSupport: 'Соединение работает с частыми ошибками. Обратитесь в поддержку',
  },
  ended: {
    failed: 'Не удалось подключиться к серверу',
    disconnected: 'Соединение закрыто',
  },
};

const english: Texts = {
  states: {
    connecting: 'Connecting...',
    connected: 'Connected',
    reconnecting: 'Reconnecting...',
    disconnected: 'Disconnected',
    failed: 'Connection failed',
  },
  errors: {
    auth_error: 'The server denied access',
    server_error: 'The server reported an error',
    network_error: 'The server cannot be reached',
    unknown_error: 'Unknown connection error',
    send_error: 'The message could not be sent and stays in the queue',
    message_too_large: 'The message is too large',
    invalid_message: 'The message cannot be written as JSON',
    unsupported_data: 'The server does not support the data',
    heartbeat_unanswered:
      'The server does not answer pings. Set the option heartbeat, or enableHeartbeat: false',
    session_unsupported: 'The server does not support sessions',
    session_taken: 'The session is open elsewhere',
    no_token: 'You are not logged in: there is no token',
    other_user: 'Another user has logged in: reload the page',
    messageDropped: 'The message was not sent',
    messageUnconfirmed: 'The message was not confirmed',
  },
  recommendations: {
    checkNetwork: 'Check your internet connection',
    pageReload: 'Many errors in a row. Reload the page',
    checkServer: 'The server has not answered for long. It may be down',
    clearQueue: 'Many messages are waiting to be sent. Clear the queue',
    contactSupport: 'The connection fails often. Contact support',
  },
  ended: {
    failed: 'Could not connect to the server',
    disconnected: 'The connection was closed',
  },
};

/** Russian texts, unless the locale is 'en'. */
export function getTexts(locale: Locale | undefined): Texts {
  return locale === 'en' ? english : russian;
}
