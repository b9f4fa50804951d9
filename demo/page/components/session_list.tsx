// The list of chat sessions and the button for a new one.
import type { ReactElement } from 'react';
import { useTexts } from '../texts.js';
import type { Chat } from '../use_chat.js';
import { Icon } from './icon.js';

export function SessionList({ chat }: { readonly chat: Chat }): ReactElement {
  const texts = useTexts();
  const { sessions, currentId } = chat.state;
  return (
    <nav className="sessions" aria-label={texts.sessions}>
      <button type="button" className="session session-new" onClick={chat.create}>
        <Icon name="plus" />
        {texts.newSession}
      </button>
      <ul>
        {[...sessions]
          .sort((left, right) => right.id - left.id)
          .map(({ id, title, message_count: count }) => (
            <li key={id}>
              <button
                type="button"
                className="session"
                aria-current={id === currentId ? 'page' : undefined}
                onClick={() => {
                  chat.open(id);
                }}
              >
                <span className="session-title">{title === '' ? texts.untitled : title}</span>
                <small>{texts.messages(count)}</small>
              </button>
            </li>
          ))}
      </ul>
    </nav>
  );
}
