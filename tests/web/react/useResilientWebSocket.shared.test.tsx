// Connections that several components share: who joins late, who destroys, whose options are in force, and errors
// that a page must survive.
import { StrictMode, useEffect, useState, type ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { act, render } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { type ResilientWebSocket, type UrlSource } from '../../../web/index.js';
import {
  useChatWebSocket,
  useResilientWebSocket,
  type UseResilientWebSocketOptions,
} from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import {
  consoleSpies,
  hookStrictly,
  open,
  openSockets,
  pass,
  sent,
  setUpReactTests,
} from './support/react_environment.js';

const url = 'wss://server.test/a';

function renderSocket(options: UseResilientWebSocketOptions = {}, at: UrlSource = url) {
  return hookStrictly(
    (given: UseResilientWebSocketOptions) =>
      useResilientWebSocket(at, { jitter: 0, logLevel: 'silent', ...given }),
    options,
  );
}

setUpReactTests();

describe('onOpen', () => {
  it('is called once for a component that joins an open connection', async () => {
    renderSocket();
    open();
    const onOpen = vi.fn();
    const late = renderSocket({ onOpen });
    expect(onOpen).toHaveBeenCalledTimes(1);
    late.rerender({ onOpen });
    expect(onOpen).toHaveBeenCalledTimes(1);
    act(() => ScriptedWebSocket.last.break());
    await pass(1000);
    open();
    expect(onOpen).toHaveBeenCalledTimes(2);
  });

  it('can send at once, also on a connection that a change of the URL has led to', () => {
    renderSocket();
    open();
    function Page({ at }: { at: string }): null {
      const { send } = useResilientWebSocket(at, {
        logLevel: 'silent',
        onOpen: () => send({ type: 'subscribe', at }),
      });
      return null;
    }
    const { rerender } = render(<Page at={`${url}/2`} />);
    rerender(<Page at={url} />);
    expect(ScriptedWebSocket.made[0]?.sent).toEqual([JSON.stringify({ type: 'subscribe', at: url })]);
  });

  it('is called once for a component that opens the connection itself', () => {
    const onOpen = vi.fn();
    const hook = renderSocket({ onOpen });
    open();
    hook.rerender({ onOpen });
    expect(onOpen).toHaveBeenCalledTimes(1);
  });

  it('may throw for a component that joins', () => {
    renderSocket();
    open();
    const late = renderSocket({
      onOpen: () => {
        throw new Error('bad');
      },
    });
    expect(late.result.current.isConnected).toBe(true);
  });
});

describe('a client that the page has destroyed', () => {
  it('is not given to components that are mounted later', () => {
    const first = renderSocket();
    open();
    act(() => first.result.current.websocket?.destroy());
    expect(first.result.current.connectionState).toBe('disconnected');
    const later = renderSocket();
    expect(later.result.current.connectionState).toBe('connecting');
    expect(openSockets()).toHaveLength(1);
    open();
    expect(later.result.current.isConnected).toBe(true);
  });

  it.each(['connect', 'reconnect'] as const)('is replaced by %s(); send() is refused before', (name) => {
    const onError = vi.fn();
    const hook = renderSocket({ onError });
    const dead = hook.result.current.websocket;
    act(() => dead?.destroy());
    act(() => {
      expect(hook.result.current.send('x')).toBe(false);
      hook.result.current.disconnect();
    });
    expect(onError.mock.calls).toMatchObject([[{ type: 'send_error' }]]);
    act(() => hook.result.current[name]());
    expect(hook.result.current.websocket).not.toBe(dead);
    open();
    expect(hook.result.current.isConnected).toBe(true);
  });
});

describe('different options on one connection', () => {
  it('are in force as they were given last, with a warning for each that differs', () => {
    const first = renderSocket({ logLevel: 'warn', pingInterval: 5000, locale: 'en' });
    consoleSpies.warn.mockClear();
    renderSocket({ logLevel: 'warn', pingInterval: 6000, locale: 'en' });
    expect(first.result.current.websocket?.options.pingInterval).toBe(6000);
    expect(consoleSpies.warn.mock.calls).toEqual([
      [expect.stringContaining('different values of the option "pingInterval"') as string],
    ]);
  });

  it('cause no warning in production, and none if they are the same', () => {
    renderSocket({ logLevel: 'warn', fatalCloseCodes: [4000] });
    renderSocket({ logLevel: 'warn', fatalCloseCodes: [4000] });
    vi.stubEnv('NODE_ENV', 'production');
    renderSocket({ logLevel: 'warn', fatalCloseCodes: [4001] });
    expect(consoleSpies.warn).not.toHaveBeenCalled();
  });
});

describe('what gives a token', () => {
  it('is not shared without an identity: functions as URL and as protocols, and lists of protocols', () => {
    const at = () => url;
    renderSocket({ key: 'k' }, at);
    renderSocket({ key: 'k' }, at);
    renderSocket({ key: 'k' }, () => url);
    expect(ScriptedWebSocket.made).toHaveLength(2);
    renderSocket({ protocols: () => ['bearer', 'a'] });
    renderSocket({ protocols: () => ['bearer', 'b'] });
    renderSocket({ protocols: ['bearer', 'a'] });
    renderSocket({ protocols: ['bearer', 'b'] });
    renderSocket({ protocols: ['bearer', 'b'] });
    expect(ScriptedWebSocket.made).toHaveLength(6);
  });

  it('is shared with the same identity, and its newest version is called', async () => {
    renderSocket({ key: 'k', identity: 'u' }, () => url);
    renderSocket({ key: 'k', identity: 'u' }, () => `${url}?newest`);
    renderSocket({ key: 'k', identity: 'other' }, () => `${url}?other`);
    expect(ScriptedWebSocket.made.map((socket) => socket.url)).toEqual([url, `${url}?other`]);
    act(() => ScriptedWebSocket.made[0]?.break());
    await pass(1000);
    expect(ScriptedWebSocket.last.url).toBe(`${url}?newest`);
  });

  it('of another user drops what the former one has queued', () => {
    const onMessageDropped = vi.fn();
    const hook = renderSocket({ identity: 1, onMessageDropped });
    act(() => void hook.result.current.send('x'));
    const { send } = hook.result.current;
    hook.rerender({ identity: 2, onMessageDropped });
    expect(onMessageDropped.mock.calls).toMatchObject([[{ reason: 'identity', data: 'x' }]]);
    open();
    expect(send('late')).toBe(false);
    expect(sent()).toEqual([]);
  });
});

describe('reports of messages', () => {
  it('reach a component that a listener has made another user of', () => {
    const onMessageDropped = vi.fn();
    function Page(): null {
      const [identity, setIdentity] = useState('one');
      const { send } = useResilientWebSocket(url, {
        ...{ jitter: 0, logLevel: 'silent', identity, onMessageDropped },
        onClose: () => {
          send('queued');
          flushSync(() => {
            setIdentity('other');
          });
        },
      });
      return null;
    }
    render(<Page />);
    open().break();
    expect(onMessageDropped.mock.calls).toEqual([[{ reason: 'identity', data: 'queued', id: 1 }]]);
  });

  it('reach every component, even if a handler destroys the client or throws', () => {
    const onMessageUnconfirmed = vi.fn();
    const first = renderSocket({
      onMessageUnconfirmed: () => {
        first.result.current.websocket?.destroy();
        throw new Error('from a handler');
      },
    });
    renderSocket({ onMessageUnconfirmed });
    open();
    for (const data of ['1', '2']) first.result.current.send(data);
    act(() => ScriptedWebSocket.last.break());
    expect(onMessageUnconfirmed.mock.calls).toEqual([[{ data: '1', id: 1 }], [{ data: '2', id: 2 }]]);
  });
});

describe('a page without an error boundary', () => {
  function Page({ at, options }: { at: string; options: UseResilientWebSocketOptions }): ReactElement {
    const { connectionState, lastError, isConnected } = useResilientWebSocket(at, options);
    return <p>{`${connectionState} ${lastError?.type ?? 'fine'} ${String(isConnected)}`}</p>;
  }

  it.each([
    ['a bad option', url, { pingInterval: -1 }, RangeError, 'Option "pingInterval"'],
    ['a bad URL', 'ftp://server.test', {}, SyntaxError, 'The WebSocket URL must have the scheme'],
  ])('survives %s, shows the state failed and the error, and logs it', (_, at, given, type, text) => {
    const onError = vi.fn();
    const options = { ...given, onError };
    const { container, rerender } = render(<StrictMode children={<Page at={at} options={options} />} />);
    expect(container.textContent).toBe('failed configuration_error false');
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({
      recoverable: false,
      error: expect.any(type) as Error,
    });
    expect(consoleSpies.error.mock.calls).toEqual([[expect.stringContaining(`ResilientWebSocket: ${text}`)]]);
    rerender(<StrictMode children={<Page at={at} options={options} />} />);
    expect(onError).toHaveBeenCalledTimes(1);
    rerender(<StrictMode children={<Page at={url} options={{ onError }} />} />);
    expect(container.textContent).toBe('connecting fine false');
  });

  it('survives a bad option of an open connection, which stays open', () => {
    const { container, rerender } = render(<Page at={url} options={{ logLevel: 'silent' }} />);
    open();
    rerender(<Page at={url} options={{ logLevel: 'silent', pongTimeout: 0 }} />);
    expect(container.textContent).toBe('connected configuration_error true');
  });

  it('tries refused options again for another URL, also with a key', () => {
    const onError = vi.fn();
    const page = (at: string) => (
      <Page at={at} options={{ key: 'feed', logLevel: 'silent', pingInterval: -1, onError }} />
    );
    const { rerender } = render(page(url));
    rerender(page(url));
    expect(onError).toHaveBeenCalledTimes(1);
    rerender(page('wss://server.test/b'));
    expect(onError).toHaveBeenCalledTimes(2);
  });

  it('reports a failed call after the unmount to the handlers of the last commit', async () => {
    const [first, last] = [vi.fn(), vi.fn()];
    let send: ((data: unknown) => boolean) | undefined;
    function Sender({ at, onError }: { at: string; onError: () => void }): null {
      const socket = useResilientWebSocket(at, { logLevel: 'silent', onError });
      send ??= socket.send;
      return null;
    }
    const { rerender, unmount } = render(<Sender at={url} onError={first} />);
    rerender(<Sender at="wss://server.test/b" onError={last} />);
    unmount();
    await pass(200);
    expect(send?.('late')).toBe(false);
    expect([first.mock.calls.length, last.mock.calls.length]).toEqual([0, 1]);
  });

  it('can connect after the option was mended', () => {
    const hook = renderSocket({ reconnectDelay: -1 });
    expect(hook.result.current.connectionState).toBe('failed');
    act(() => {
      hook.result.current.connect();
    });
    expect(hook.result.current.connectionState).toBe('failed');
    hook.rerender({ reconnectDelay: 10 });
    open();
    expect(hook.result.current).toMatchObject({ isConnected: true, lastError: null });
  });
});

describe('a message', () => {
  it('causes no reading of the status, and no JSON beyond its own', () => {
    const hook = renderSocket();
    open();
    const { websocket, send } = hook.result.current;
    // The first message of a burst makes the core arm its timer.
    act(() => void send('first'));
    const getStatus = vi.spyOn(websocket as ResilientWebSocket, 'getStatus');
    const stringify = vi.spyOn(JSON, 'stringify');
    act(() => {
      for (let count = 0; count < 10; ++count) send({ count });
    });
    expect(stringify).toHaveBeenCalledTimes(10);
    expect(getStatus).not.toHaveBeenCalled();
  });

  it('that a child sends in an effect before the connection is there is queued', () => {
    function Child({ send }: { send: (data: unknown) => boolean }): null {
      useEffect(() => {
        send('from the child');
      }, [send]);
      return null;
    }
    function Page({ enabled }: { enabled: boolean }): ReactElement {
      const { send } = useResilientWebSocket(url, { logLevel: 'silent', enabled });
      return <Child send={send} />;
    }
    render(<Page enabled />);
    open();
    expect(ScriptedWebSocket.last.sent).toEqual(['from the child']);
  });
});

describe('the chat hook', () => {
  it('survives a bad option, too', () => {
    const { result } = hookStrictly(
      () => useChatWebSocket(7, null, { token: 't', options: { logLevel: 'silent', maxQueueSize: -1 } }),
      undefined,
    );
    expect(result.current).toMatchObject({
      connectionState: 'failed',
      lastError: { type: 'configuration_error' },
      websocket: null,
    });
  });
});
