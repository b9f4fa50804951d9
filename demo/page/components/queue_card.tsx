// The messages in the client's queue, in order.
import type { ReactElement } from 'react';
import type { UseChatWebSocketResult } from '@advakod/resilient-websocket/react';
import { useTexts } from '../texts.js';

interface Props {
  readonly connection: UseChatWebSocketResult;
}

export function QueueCard({ connection: { websocket } }: Props): ReactElement {
  const texts = useTexts();
  const queue = websocket?.messageQueue ?? [];
  const maximum = websocket?.options.maxQueueSize ?? 0;
  return (
    <section className="card" aria-labelledby="queue-title">
      <header className="card-head">
        <h2 id="queue-title">{texts.queue}</h2>
        <span className="muted" data-testid="queue-count">
          {texts.queueOf(queue.length, maximum)}
        </span>
      </header>
      {queue.length === 0 ? (
        <p className="muted">{texts.queueEmpty}</p>
      ) : (
        <ol className="queue" data-testid="queue">
          {queue.map((data, index) => (
            // The position in the queue is the only identity that an item has here.
            <li key={index}>
              <span>{index + 1}</span>
              {toText(data)}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function toText(data: unknown): string {
  const isMessage = typeof data === 'object' && data !== null && 'content' in data;
  return isMessage ? String(data.content) : JSON.stringify(data);
}
