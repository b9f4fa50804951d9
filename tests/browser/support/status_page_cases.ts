// All appearances of the status component: for each a status, props, and events that lead to it. They are
// rendered by status_page.tsx.
import { type WebSocketStatusProps } from '../../../web/react/status/websocket_status.js';
import { type StatusReport } from '../../../web/react/status/status_source.js';
import { type StatusDouble } from '../../web/react/support/status_double.js';

export interface StatusCase {
  readonly name: string;
  readonly report: StatusReport;
  readonly props?: Partial<WebSocketStatusProps>;
  /** Called when the component is mounted. */
  readonly then?: (double: StatusDouble) => void;
  /** Whether the statistics are shown. */
  readonly isExpanded?: boolean;
}

const start = Date.now();

const stats = {
  totalConnections: 4,
  totalReconnections: 3,
  totalMessages: 128,
  lastConnectedAt: new Date(start - 754_000),
  averageLatency: 43.4,
};

const connected: StatusReport = {
  connectionState: 'connected',
  reconnectAttempts: 0,
  lastPong: start - 3000,
  stats,
};
const waiting: StatusReport = {
  connectionState: 'reconnecting',
  reconnectAttempts: 3,
  queuedMessages: 2,
  nextAttemptAt: start + 24_000,
  lastPong: start - 63_000,
  stats,
};
const unacknowledged = { unacknowledged: 3, acknowledged: 125 };
const attempting: StatusReport = { ...waiting, nextAttemptAt: null, queuedMessages: 21 };
const failed: StatusReport = { connectionState: 'failed', reconnectAttempts: 10, queuedMessages: 5, stats };

export const unreachable = {
  ru: 'Нет связи с сервером',
  en: 'The server cannot be reached',
};

function emitError(type: string, ru: string, en: string, recoverable: boolean) {
  return (double: StatusDouble): void => {
    double.emit('error', { type, message: double.options.locale === 'en' ? en : ru, recoverable });
  };
}

const cannotReach = emitError('network_error', unreachable.ru, unreachable.en, true);
const denied = emitError('auth_error', 'Сервер отказал в доступе', 'The server denied access', false);
const tooLarge = emitError(
  'message_too_large',
  'Сообщение слишком большое',
  'The message is too large',
  true,
);

function emitLatencies(double: StatusDouble): void {
  const times = [41, 44, 39, 52, 47, 43, 120, 61, 45, 42, 40, 48, 44, 43, 58, 46, 41, 43];
  for (const roundTripTime of times) double.emit('latency', { roundTripTime });
}

const details = { showDetails: true };

export const statusCases: readonly StatusCase[] = [
  { name: 'compact-online', report: connected },
  { name: 'compact-offline', report: { connectionState: 'disconnected' } },
  { name: 'compact-connecting', report: { connectionState: 'connecting' }, props: { quietFor: 600_000 } },
  {
    name: 'compact-closed',
    report: failed,
    then: () => {
      document.querySelector<HTMLButtonElement>('[data-case=compact-closed] .rws-close')?.click();
    },
  },
  { name: 'compact-unacknowledged', report: { connectionState: 'disconnected', session: unacknowledged } },
  { name: 'panel-unacknowledged', report: { ...waiting, session: unacknowledged } },
  { name: 'panel-connecting', report: { connectionState: 'connecting', nextAttemptAt: null } },
  { name: 'panel-waiting', report: waiting, then: cannotReach },
  { name: 'panel-attempting', report: attempting },
  { name: 'panel-failed', report: failed, then: denied },
  {
    name: 'panel-disconnected',
    report: connected,
    then: (double) => {
      double.become('disconnected');
    },
  },
  {
    name: 'panel-recovered',
    report: waiting,
    then: (double) => {
      double.become('connected', { nextAttemptAt: null, queuedMessages: 0 });
    },
  },
  { name: 'panel-error', report: connected, then: tooLarge },
  { name: 'details-connected', report: connected, props: details },
  { name: 'details-statistics', report: connected, props: details, then: emitLatencies, isExpanded: true },
  { name: 'details-waiting', report: waiting, props: details, then: emitLatencies, isExpanded: true },
  { name: 'details-failed', report: failed, props: details, then: denied, isExpanded: true },
];
