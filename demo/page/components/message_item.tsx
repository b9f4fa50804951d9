// One message: its text, and below it its delivery or progress.
import type { ReactElement } from 'react';
import { toDelivery, type ChatEntry, type Delivery } from '../chat_entries.js';
import { useTexts } from '../texts.js';
import { Icon, type IconName } from './icon.js';

interface Props {
  readonly entry: ChatEntry;
  readonly queued: ReadonlySet<string>;
  readonly resend: (clientId: string, content: string) => void;
}

const deliveryIcons: Readonly<Record<Delivery, IconName>> = {
  queued: 'clock',
  sent: 'check',
  echoed: 'checks',
  unconfirmed: 'question',
  dropped: 'cross',
  refused: 'cross',
};

export function MessageItem({ entry, queued, resend }: Props): ReactElement {
  const texts = useTexts();
  const isOwn = entry.role === 'user';
  return (
    <li className="message" data-role={entry.role} data-progress={entry.progress}>
      <span className="visually-hidden">{isOwn ? texts.you : texts.assistant}</span>
      <p className="bubble">{entry.content}</p>
      {isOwn ? (
        <DeliveryNote entry={entry} queued={queued} resend={resend} />
      ) : (
        <ProgressNote entry={entry} />
      )}
    </li>
  );
}

function DeliveryNote({ entry, queued, resend }: Props): ReactElement {
  const texts = useTexts();
  const delivery = toDelivery(entry, queued);
  const { clientId } = entry;
  const canResend = clientId !== null && (delivery === 'dropped' || delivery === 'unconfirmed');
  return (
    <p className="message-note" data-delivery={delivery}>
      <Icon name={deliveryIcons[delivery]} />
      {texts.delivery[delivery]}
      {canResend && (
        <button
          type="button"
          className="link"
          onClick={() => {
            resend(clientId, entry.content);
          }}
        >
          {texts.resend}
        </button>
      )}
    </p>
  );
}

function ProgressNote({ entry: { progress } }: Pick<Props, 'entry'>): ReactElement | null {
  const texts = useTexts();
  if (progress === 'complete' || progress === 'generating') return null;
  return (
    <p className="message-note" data-delivery={progress}>
      <Icon name={progress === 'interrupted' ? 'bolt' : 'stop'} />
      {texts[progress]}
    </p>
  );
}
