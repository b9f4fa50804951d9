// The option `session`: its rule, and the sending of the hello with the user's `auth`. The session itself is in the core.
import { isThenable } from './connection_promises.js';
import { type SessionOption, type SessionSettings } from './session_types.js';
import { hasOnlyOwn } from './heartbeat.js';
import { utf8Length } from './payload.js';
import { SendResult, type CurrentSocket } from './socket.js';
import { createOptionError, isDuration } from './errors.js';
import { failAttempt } from './handshake.js';

const MAX_HELLO_BYTES = 16384;
/** Stands for the core's default. */
const DEFAULT = -1;

export const SESSION_RULE =
  "true, false or {onSessionLost: 'report' or 'resend', ackDelay: milliseconds >= 0, window: integer >= 1, auth: function}";

export function isSession(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean';
  if (!hasOnlyOwn(value)) return false;
  const {
    onSessionLost = 'report',
    ackDelay = 0,
    window = 1,
    auth,
    ...others
  } = value as Record<string, unknown>;
  return (
    Object.keys(others).length === 0 &&
    (onSessionLost === 'report' || onSessionLost === 'resend') &&
    isDuration(ackDelay) &&
    Number.isSafeInteger(window) &&
    (window as number) >= 1 &&
    (auth === undefined || typeof auth === 'function')
  );
}

/** The arguments of `CoreClient.setSession`. */
export function toCoreSession(session: SessionOption): [ackDelay: number, window: number, resends: boolean] {
  if (session === false) return [DEFAULT, 0, false];
  const { onSessionLost, ackDelay = DEFAULT, window = DEFAULT } = session as SessionSettings;
  return [ackDelay, window, onSessionLost === 'resend'];
}

/** Sends the hello on the open socket. `text` lacks its last brace, before which the user's `auth` is added. */
export function sendHello(socket: CurrentSocket, text: string): void {
  const { attempt, events, presentation } = socket;
  const { auth } = presentation.session as SessionSettings;
  // While `auth` is awaited, the attempt may end, or the server turn out to know no sessions.
  const isWanted = () => socket.attempt === attempt && socket.isInSession;
  const fail = (error: unknown) => {
    if (isWanted()) failAttempt(socket, 'session.auth', error);
  };
  const send = (value?: unknown) => {
    if (!isWanted()) return;
    // Undefined for what JSON cannot express.
    const json = JSON.stringify(value) as string | undefined;
    const hello = `${text}${json === undefined ? '' : `,"auth":${json}`}}`;
    if (utf8Length(hello) > MAX_HELLO_BYTES) throw createOptionError('auth', 'at most 16 KB');
    // A socket that closes fires its close event.
    if (socket.send(hello) === SendResult.refused) throw socket.takeError() as Error;
  };
  try {
    const value = events.runCallback(() => auth?.());
    if (isThenable(value)) Promise.resolve(value).then(send).catch(fail);
    else send(value);
  } catch (error) {
    fail(error);
  }
}
