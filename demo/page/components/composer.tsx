// The input for a message, and the button that stops an answer. Messages can be written without a connection
// too.
import { useState, type ReactElement } from 'react';
import { useTexts } from '../texts.js';
import type { Chat } from '../use_chat.js';
import { Icon } from './icon.js';

export function Composer({ chat }: { readonly chat: Chat }): ReactElement {
  const texts = useTexts();
  const [text, setText] = useState('');
  const { isConnected, isGenerating, sendTyping, stopGeneration } = chat.connection;
  const submit = (): void => {
    const content = text.trim();
    if (content === '' || !chat.send(content)) return;
    setText('');
    sendTyping(false);
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
          setText(target.value);
          sendTyping(true);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      {isGenerating && (
        <button
          type="button"
          className="icon-button icon-button-stop"
          aria-label={texts.stop}
          title={texts.stop}
          onClick={stopGeneration}
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
