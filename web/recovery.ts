// The recovery recommendations: their texts, and what each does when it is applied. The core decides which apply.
import { type CoreClient, type CoreSnapshot } from '#core';
import { type EventQueue } from './event_queue.js';
import { getTexts } from './locales.js';
import { type Logger } from './logger.js';
import { type Locale, type RecoveryAction, type RecoveryRecommendation } from './types.js';

const types: Readonly<Record<RecoveryAction, RecoveryRecommendation['type']>> = {
  checkNetwork: 'network',
  pageReload: 'errors',
  checkServer: 'reconnect',
  clearQueue: 'queue',
  contactSupport: 'errorRate',
};

export function toRecommendations(snapshot: CoreSnapshot, locale: Locale): RecoveryRecommendation[] {
  const texts = getTexts(locale).recommendations;
  return (snapshot.recommendations as RecoveryAction[]).map((action) => ({
    type: types[action],
    message: texts[action],
    action,
  }));
}

export function applyRecommendation(
  action: RecoveryAction,
  client: CoreClient,
  events: EventQueue,
  logger: Logger,
): void {
  switch (action) {
    case 'checkNetwork':
      client.checkNetwork();
      return;
    case 'pageReload':
      events.add('recommendPageReload');
      events.deliver();
      return;
    case 'checkServer':
      client.slowDown();
      return;
    case 'clearQueue':
      client.clearQueue();
      return;
    case 'contactSupport':
      client.contactSupport();
      return;
  }
  // Code in JavaScript may pass anything.
  logger.warn('unknown recovery action');
}
