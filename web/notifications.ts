// The notifications of the core that become events and nothing else. They wait for the end of the turn.
import { type EventQueue } from './event_queue.js';
import { getTexts } from './locales.js';
import { type Presentation } from './presentation.js';
import { type ErrorType, type EventMap } from './types.js';

export abstract class Notifications {
  readonly presentation: Presentation;
  readonly events: EventQueue;

  constructor(presentation: Presentation, events: EventQueue) {
    this.presentation = presentation;
    this.events = events;
  }

  messageTooLarge(size: number, maxSize: number): void {
    this.addError('message_too_large', true, { size, maxSize });
  }

  gaveUp(attempts: number, consecutiveErrors: number): void {
    this.events.add('maxReconnectAttemptsReached', { attempts, consecutiveErrors });
  }

  authRecoveryNeeded(): void {
    this.events.add('authRecoveryNeeded');
  }

  recoveryAttempted(type: string, attempt: number): void {
    this.events.add('errorRecoveryAttempt', { errorType: type as ErrorType, attempt });
  }

  recoveryGaveUp(type: string, attempts: number): void {
    this.events.add('maxRecoveryAttemptsReached', { errorType: type as ErrorType, attempts });
  }

  recoveryReset(): void {
    this.events.add('errorRecoveryReset');
  }

  queueCleared(): void {
    this.events.add('queueCleared');
  }

  supportAdvised(errorRate: number, totalErrors: number): void {
    this.events.add('contactSupportRecommended', { errorRate, totalErrors });
  }

  latencyMeasured(roundTripMs: number): void {
    this.events.add('latency', { roundTripTime: roundTripMs });
  }

  sessionResumed(resent: number): void {
    this.events.add('sessionResumed', { resent });
  }

  sessionLost(unconfirmed: number): void {
    this.events.add('sessionLost', { unconfirmed });
  }

  sessionTaken(): void {
    this.events.add('sessionTaken');
  }

  protected addError(type: ErrorType, recoverable: boolean, details: Partial<EventMap['error'][0]>): void {
    const { errors } = getTexts(this.presentation.locale);
    const message = errors[details.code === 1003 ? 'unsupported_data' : type];
    this.events.add('error', { type, message, recoverable, ...details });
  }
}
