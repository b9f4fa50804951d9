// The page's Russian texts. The English ones have the same keys; see texts_en.ts.
import type { Language } from './parameters.js';

const plural = new Intl.PluralRules('ru');

function counted(count: number, one: string, few: string, many: string): string {
  const rule = plural.select(count);
  return `${count} ${rule === 'one' ? one : rule === 'few' ? few : many}`;
}

export const russian = {
  /** BCP 47 tag for numbers and times, and the language of the client's own texts. */
  locale: 'ru' as Language,
  title: 'Resilient WebSocket',
  intro:
    'Этот чат сам восстанавливает связь по WebSocket: напишите сообщение, нажмите «Убить сервер», пишите дальше, и всё дойдёт по порядку.',
  language: 'Язык',
  theme: { label: 'Оформление', auto: 'как в системе', light: 'светлое', dark: 'тёмное' },

  sessions: 'Беседы',
  newSession: 'Новая беседа',
  untitled: 'Без названия',
  messages: (count: number) => counted(count, 'сообщение', 'сообщения', 'сообщений'),
  steps: [
    'Напишите сообщение или выберите готовое.',
    'Пока идёт ответ, нажмите «Убить сервер».',
    'Пишите дальше: очередь уйдёт, когда сервер вернётся.',
  ],
  starters: [
    'Посчитай до 100',
    'Что будет, если убить сервер?',
    'А если он зависнет?',
    'Что с очередью?',
    'Коды закрытия',
  ],
  conversation: 'Переписка',
  composer: 'Сообщение',
  placeholder: 'Сообщение… Enter отправляет',
  placeholderOffline: 'Связи нет: встанет в очередь',
  send: 'Отправить',
  stop: 'Остановить ответ',
  typing: 'Помощник печатает',
  assistant: 'Помощник',
  you: 'Вы',
  stopped: 'остановлено вами',
  superseded: 'прервано вашим следующим сообщением',
  interrupted: 'прервано: процесс сервера погиб',
  resend: 'Отправить снова',
  delivery: {
    queued: 'в очереди',
    sent: 'отправлено',
    echoed: 'получено сервером',
    unconfirmed: 'нет подтверждения',
    dropped: 'не отправлено',
    refused: 'не отправлено: слишком длинное',
  },

  milliseconds: 'мс',

  connection: 'Соединение',
  seconds: 'с',
  facts: {
    latency: 'Ping → pong',
    queue: 'В очереди',
    uptime: 'На связи',
    connections: 'Подключений',
    messages: 'Отправлено',
    errors: 'Ошибок',
  },
  mean: (value: string) => `в среднем ${value}`,
  again: (count: number) => `повторных: ${count}`,
  disconnect: 'Отключить',
  reconnect: 'Переподключить',

  breakIt: 'Сломай меня',
  session: {
    name: 'Сессия',
    onHint: 'всё дойдёт ровно один раз, что ни ломай',
    offHint: 'при обрыве часть остаётся под вопросом',
    sent: 'Отправлено',
    confirmed: 'Подтверждено',
    arrived: 'На сервере',
    unconfirmed: 'Под вопросом',
  },
  server: {
    starting: 'запускается',
    running: 'работает',
    frozen: 'заморожен',
    down: 'убит',
    unknown: 'нет связи с пультом',
  },
  process: (pid: number) => `процесс ${pid}`,
  clients: (count: number) => counted(count, 'соединение', 'соединения', 'соединений'),
  until: (seconds: string) => `ещё ${seconds} с`,
  duration: 'На сколько',
  forever: 'пока не верну сам',
  kill: 'Убить сервер',
  killHint: 'kill -9, потом перезапуск',
  freeze: 'Заморозить',
  freezeHint: 'TCP жив, клиент заметит за 5 с',
  reset: 'Оборвать TCP',
  resetHint: 'пакет RST без прощания',
  close: 'Закрыть с кодом',
  closeCode: 'Код закрытия',
  codes: {
    1000: 'нормальное закрытие',
    1001: 'сервер уходит',
    1003: 'отказ в доступе',
    1008: 'ошибка аутентификации',
    1011: 'ошибка сервера',
    1012: 'перезапуск сервера',
    1013: 'попробуйте позже',
    4000: 'код приложения',
  },
  refuse: 'Отказывать в рукопожатии',
  refuseHint: 'HTTP 403; открытые соединения рвутся',
  mute: 'Не отвечать на ping',
  muteHint: 'клиент заметит за 5 с',
  latency: 'Задержка ответов',
  startNow: 'Запустить сейчас',
  thaw: 'Разморозить',
  heal: 'Починить всё',

  queue: 'Очередь',
  queueEmpty: 'Пусто: всё отправлено.',
  queueOf: (count: number, maximum: number) => `${count} из ${maximum}`,
  timelineLabel: (state: string) => `Лента состояний за полторы минуты. Сейчас: ${state}.`,
  latencyPlot: 'Время ответа на ping, мс',
  latencyPlotLabel: (last: string, count: number) =>
    `График времени ответа: последнее ${last}, измерений ${count}.`,
  noLatency: 'измерений пока нет',
  ago: (seconds: number) => `−${seconds} с`,
  now: 'сейчас',
  planned: 'назначена',
  outcome: { opened: 'удалась', failed: 'не удалась', pending: 'идёт' },
  states: {
    connecting: 'подключение',
    connected: 'на связи',
    reconnecting: 'переподключение',
    disconnected: 'отключено',
    failed: 'ошибка',
  },
  log: 'Журнал событий',
  logHint: 'В консоли браузера: websocket и demonstrateResilientWebSocket().',
};

export type Texts = typeof russian;
