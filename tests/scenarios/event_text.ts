// The short form in which scenarios name the user's events, and the patterns that may stand for parts of it.
import {
  type ConnectionErrorEvent,
  type ReconnectScheduledEvent,
  type ResilientWebSocket,
} from '../../web/index.js';
import { messageName } from './message_name.js';

function errorText({ type, code, recoverable, size, maxSize }: ConnectionErrorEvent): string {
  if (type === 'message_too_large') return `tooLarge ${String(size)} of ${String(maxSize)}`;
  return ['error', type, code, recoverable ? undefined : 'final']
    .filter((word) => word !== undefined)
    .join(' ');
}

function retryText({ attempt, delay, nominalDelay }: ReconnectScheduledEvent): string {
  const text = `retry ${attempt} ${delay}`;
  return delay === nominalDelay ? text : `${text} of ${nominalDelay}`;
}

function messageEventText(data: unknown): string {
  if (typeof data === 'string') return `message ${data}`;
  return `message ${(data as { type: string }).type}`;
}

/** Writes down every event that the core can bring about. */
export function recordEvents(client: ResilientWebSocket, events: string[]): void {
  client.on('stateChange', (state) => events.push(`state ${state}`));
  client.on('open', () => events.push('open'));
  client.on('close', ({ code, reason, wasClean, shouldReconnect }) => {
    const words = ['close', code, wasClean ? 'clean' : '', shouldReconnect ? 'retry' : 'final', reason];
    events.push(words.filter((word) => word !== '').join(' '));
  });
  client.on('message', (data) => events.push(messageEventText(data)));
  client.on('error', (error) => events.push(errorText(error)));
  client.on('reconnectScheduled', (retry) => events.push(retryText(retry)));
  client.on('maxReconnectAttemptsReached', ({ attempts }) => events.push(`gaveUp ${attempts}`));
  client.on('messageDropped', ({ data, reason }) => {
    events.push(`drop ${messageName(String(data))} ${reason}`);
  });
  client.on('messageUnconfirmed', ({ data }) => {
    events.push(`unconfirmed ${messageName(String(data))}`);
  });
  client.on('authRecoveryNeeded', () => events.push('auth'));
  client.on('errorRecoveryAttempt', ({ errorType, attempt }) => {
    events.push(`recovery ${errorType} ${attempt}`);
  });
  client.on('maxRecoveryAttemptsReached', ({ errorType, attempts }) => {
    events.push(`recoveryGaveUp ${errorType} ${attempts}`);
  });
  client.on('errorRecoveryReset', () => events.push('recoveryReset'));
  client.on('queueCleared', () => events.push('queueCleared'));
  client.on('contactSupportRecommended', ({ totalErrors }) => events.push(`contactSupport ${totalErrors}`));
  client.on('sessionResumed', ({ resent }) => events.push(`sessionResumed ${resent}`));
  client.on('sessionLost', ({ unconfirmed }) => events.push(`sessionLost ${unconfirmed}`));
  client.on('sessionTaken', () => events.push('sessionTaken'));
  client.on('latency', ({ roundTripTime }) => events.push(`latency ${roundTripTime}`));
}

/**
 * Compares lists of events by word. In what is expected `A..B` stands for a number from A to B, `twice` for exactly
 * twice the wait of the `retry` before, and a last `*` for any further words.
 */
export class EventMatcher {
  #lastWait = 0;

  matches(expected: string, actual: string): boolean {
    const expectedWords = expected.split(' ');
    const actualWords = actual.split(' ');
    const isOpenEnded = expectedWords.at(-1) === '*';
    if (isOpenEnded) expectedWords.pop();
    const isEqual =
      (isOpenEnded || expectedWords.length === actualWords.length) &&
      expectedWords.every((word, index) => this.#wordMatches(word, actualWords[index]));
    if (actualWords[0] === 'retry') this.#lastWait = Number(actualWords[2]);
    return isEqual;
  }

  #wordMatches(expected: string, actual: string | undefined): boolean {
    if (expected === actual) return true;
    const value = actual === undefined || actual === '' ? Number.NaN : Number(actual);
    // Waits are whole microseconds; doubles of milliseconds are off by far less than half of one.
    if (expected === 'twice') return Math.abs(value - 2 * this.#lastWait) < 0.0001;
    const [low, high] = expected.split('..');
    return high !== undefined && Number(low) <= value && value <= Number(high);
  }
}
