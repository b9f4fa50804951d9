// Owns the line in which a message is written, and the button that stops an answer.
// Refuses to wait for a connection: one may always write.
import { useRef, useState, type ReactElement } from 'react';
import { useTexts } from '../texts.js';
import type { Chat } from '../use_chat.js';
import { Icon } from './icon.js';

interface Props {
  readonly chat: Chat;
  readonly isConnected: boolean;
}

/** Least time between two `typing` frames, ms. */
const typingInterval = 2000;

export function Composer({ chat, isConnected }: Props): ReactElement {
  const texts = useTexts();
  const [text, setText] = useState('');
  const lastTyping = useRef(0);
  const { currentId, entries, typing } = chat.state;
  const last = currentId === null ? undefined : entries[currentId]?.at(-1);
  const isAnswering = currentId !== null && (typing.has(currentId) || last?.progress === 'generating');
  const submit = (): void => {
    const content = text.trim();
    if (content === '') return;
    setText('');
    lastTyping.current = 0;
    chat.sayTyping(false);
    chat.send(content);
  };
  const edit = (value: string): void => {
    setText(value);
    if (Date.now() - lastTyping.current < typingInterval) return;
    lastTyping.current = Date.now();
    chat.sayTyping(true);
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        rows={1}
        value={text}
        aria-label={texts.composer}
        placeholder={isConnected ? texts.placeholder : texts.placeholderOffline}
        onChange={({ target }) => {
          edit(target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      {isAnswering && isConnected && (
        <button
          type="button"
          className="icon-button icon-button-stop"
          aria-label={texts.stop}
          title={texts.stop}
          onClick={chat.stop}
        >
          <Icon name="stop" />
        </button>
      )}
      <button
        type="submit"
        className="icon-button icon-button-main"
        aria-label={texts.send}
        title={texts.send}
      >
        <Icon name="send" />
      </button>
    </form>
  );
}
