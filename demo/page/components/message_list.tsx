// The messages of the open session. The list stays scrolled to its end unless the user scrolls away.
import { useEffect, useRef, type ReactElement } from 'react';
import { assistantUserId } from '../../server/frames.js';
import type { ChatEntry } from '../chat_entries.js';
import { useTexts } from '../texts.js';
import type { Chat } from '../use_chat.js';
import { MessageItem } from './message_item.js';

const noEntries: readonly ChatEntry[] = [];
/** Distance from the end that counts as being at the end, px. */
const nearEnd = 80;

export function MessageList({ chat }: { readonly chat: Chat }): ReactElement {
  const texts = useTexts();
  const { currentId, entries, queued } = chat.state;
  const shown = currentId === null ? noEntries : (entries[currentId] ?? noEntries);
  const isTyping = chat.connection.typingUsers.includes(assistantUserId);
  const isWriting = shown.at(-1)?.progress === 'generating';
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    scrollToEnd(list.current, isAtEnd.current);
  }, [shown, isTyping]);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      scrollToEnd(list.current, isAtEnd.current);
    });
    if (list.current !== null) observer.observe(list.current);
    return () => {
      observer.disconnect();
    };
  }, []);
  return (
    <div
      ref={list}
      className="messages"
      role="region"
      aria-label={texts.conversation}
      // Scrollable with the keyboard.
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEnd;
      }}
    >
      {shown.length === 0 && <Starters chat={chat} />}
      <ol data-testid="messages">
        {shown.map((entry) => (
          <MessageItem key={entry.key} entry={entry} queued={queued} resend={chat.resend} />
        ))}
      </ol>
      <p className="typing" role="status">
        {isTyping && !isWriting && (
          <>
            <span className="typing-dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {texts.typing}
          </>
        )}
      </p>
    </div>
  );
}

function scrollToEnd(element: HTMLElement | null, isAtEnd: boolean): void {
  if (element !== null && isAtEnd) element.scrollTop = element.scrollHeight;
}

function Starters({ chat }: { readonly chat: Chat }): ReactElement {
  const texts = useTexts();
  return (
    <div className="starters">
      <ol className="steps">
        {texts.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div className="row">
        {texts.starters.map((text) => (
          <button
            key={text}
            type="button"
            className="chip"
            onClick={() => {
              chat.send(text);
            }}
          >
            {text}
          </button>
        ))}
      </div>
    </div>
  );
}
