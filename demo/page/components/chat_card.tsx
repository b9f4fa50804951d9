// The layout of the chat: sessions, messages, composer.
import type { ReactElement } from 'react';
import { useTexts } from '../texts.js';
import type { Chat } from '../use_chat.js';
import { Composer } from './composer.js';
import { MessageList } from './message_list.js';
import { SessionList } from './session_list.js';

export function ChatCard({ chat }: { readonly chat: Chat }): ReactElement {
  const texts = useTexts();
  const { serverError } = chat.state;
  return (
    <section className="card chat" aria-label={texts.sessions}>
      <SessionList chat={chat} />
      <div className="chat-main">
        <MessageList chat={chat} />
        {serverError !== null && (
          <p className="notice" role="alert">
            {serverError}
          </p>
        )}
        <Composer chat={chat} />
      </div>
    </section>
  );
}
