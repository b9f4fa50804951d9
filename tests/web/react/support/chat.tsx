// Renders the chat hook with recorded callbacks.
import { vi, type Mock } from 'vitest';
import {
  useChatWebSocket,
  type UseChatWebSocketOptions,
  type UseChatWebSocketResult,
} from '../../../../web/react/index.js';
import { hookStrictly } from './react_environment.js';

export type SessionId = Parameters<typeof useChatWebSocket>[0];

export const base = 'wss://server.test';

type Names =
  'onTyping' | 'onSessionUpdate' | 'onMessageUpdate' | 'onGenerationStopped' | 'onError' | 'onMessageDropped';

export interface ChatProps {
  readonly sessionId: SessionId;
  readonly options?: UseChatWebSocketOptions;
}

export interface Chat {
  readonly callbacks: Record<Names | 'onNewMessage', Mock<(...args: unknown[]) => void>>;
  /** The hook's latest result. */
  readonly result: { readonly current: UseChatWebSocketResult };
  readonly rerender: (props: ChatProps) => void;
  readonly unmount: () => void;
}

/** A chat hook in StrictMode, by default on session 7 with a token. */
export function renderChat(options: UseChatWebSocketOptions = {}, sessionId: SessionId = 7): Chat {
  const callbacks: Chat['callbacks'] = {
    onNewMessage: vi.fn(),
    onTyping: vi.fn(),
    onSessionUpdate: vi.fn(),
    onMessageUpdate: vi.fn(),
    onGenerationStopped: vi.fn(),
    onError: vi.fn(),
    onMessageDropped: vi.fn(),
  };
  const { onNewMessage, ...others } = callbacks;
  const hook = hookStrictly(
    (props: ChatProps) =>
      useChatWebSocket(props.sessionId, onNewMessage, {
        url: base,
        token: 'secret-token',
        ...others,
        ...props.options,
        options: { jitter: 0, logLevel: 'silent', ...props.options?.options },
      }),
    { sessionId, options },
  );
  return { callbacks, ...hook };
}
