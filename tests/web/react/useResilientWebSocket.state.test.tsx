// Tests of the result of useResilientWebSocket: snapshot, callbacks, live options, errors.
import { Component, type ReactElement, type ReactNode } from 'react';
import { act, render } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { useResilientWebSocket, type UseResilientWebSocketOptions } from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import {
  consoleSpies,
  deliver,
  hookStrictly,
  open,
  pass,
  sent,
  setUpReactTests,
} from './support/react_environment.js';

const url = 'wss://server.test/a';

function renderSocket(options: UseResilientWebSocketOptions = {}) {
  return hookStrictly(
    (given: UseResilientWebSocketOptions) =>
      useResilientWebSocket(url, { jitter: 0, logLevel: 'silent', ...given }),
    options,
  );
}

setUpReactTests();

it('opens sockets with the class of the option WebSocket', () => {
  class Other extends ScriptedWebSocket {}
  const { result } = renderSocket({ WebSocket: Other });
  open();
  expect(result.current.isConnected).toBe(true);
  expect(ScriptedWebSocket.last).toBeInstanceOf(Other);
});

describe('the snapshot', () => {
  it('shows the state of the client', async () => {
    const { result } = renderSocket();
    expect(result.current).toMatchObject({
      connectionState: 'connecting',
      isConnected: false,
      lastError: null,
    });
    open();
    expect(result.current).toMatchObject({
      connectionState: 'connected',
      isConnected: true,
      reconnectAttempts: 0,
    });
    expect(result.current.status?.stats.totalConnections).toBe(1);
    act(() => ScriptedWebSocket.last.break());
    const nextAttemptAt = Date.now() + 1000;
    expect(result.current).toMatchObject({
      connectionState: 'reconnecting',
      reconnectAttempts: 1,
      nextAttemptAt,
    });
    expect(result.current.lastError).toBeNull();
    act(() => {
      expect(result.current.send('queued')).toBe(false);
    });
    expect(result.current.queuedMessages).toBe(1);
    await pass(1000);
    open();
    expect(result.current).toMatchObject({
      isConnected: true,
      queuedMessages: 0,
      nextAttemptAt: null,
      lastError: null,
    });
    act(() => result.current.disconnect());
    expect(result.current).toMatchObject({ connectionState: 'disconnected' });
    act(() => result.current.reconnect());
    expect(result.current).toMatchObject({ connectionState: 'connecting' });
  });

  it('causes no render when messages arrive', () => {
    let renders = 0;
    hookStrictly(() => {
      ++renders;
      return useResilientWebSocket(url, { logLevel: 'silent' });
    }, undefined);
    open();
    const before = renders;
    deliver({ a: 1 }, { a: 2 });
    expect(renders).toBe(before);
  });

  it('is the same object until something changes', () => {
    const hook = renderSocket();
    open();
    const { status, send, connect, disconnect, reconnect } = hook.result.current;
    hook.rerender({});
    expect(hook.result.current.status).toBe(status);
    expect(hook.result.current).toMatchObject({ send, connect, disconnect, reconnect });
  });

  it('shows messages that another component queued', () => {
    const one = renderSocket();
    const other = renderSocket();
    act(() => void one.result.current.send('m'));
    other.rerender({});
    expect(other.result.current.queuedMessages).toBe(1);
  });
});

describe('the callbacks', () => {
  it('get the events; a render replaces them without a reconnect', async () => {
    const calls: unknown[][] = [];
    const callbacks = (round: number): UseResilientWebSocketOptions => {
      const record =
        (name: string) =>
        (...args: unknown[]) =>
          calls.push([round, name, ...args]);
      return {
        maxQueueSize: 1,
        onMessage: record('message'),
        onOpen: record('open'),
        onClose: record('close'),
        onError: record('error'),
        onStateChange: record('stateChange'),
        onMessageDropped: record('messageDropped'),
      };
    };
    const hook = renderSocket(callbacks(1));
    hook.rerender(callbacks(2));
    open();
    hook.rerender(callbacks(3));
    deliver({ n: 1 });
    act(() => ScriptedWebSocket.last.end(1011));
    hook.rerender(callbacks(4));
    act(() => {
      hook.result.current.send('a');
      hook.result.current.send('b');
    });
    expect(calls).toEqual([
      [1, 'stateChange', 'connecting'],
      [2, 'stateChange', 'connected'],
      [2, 'open'],
      [3, 'message', { n: 1 }],
      [3, 'close', expect.objectContaining({ code: 1011 })],
      [3, 'stateChange', 'reconnecting'],
      [4, 'messageDropped', expect.objectContaining({ reason: 'overflow', data: 'a' })],
    ]);
    expect(ScriptedWebSocket.made).toHaveLength(1);
    await pass(0);
  });

  it('may throw', () => {
    const bad = () => {
      throw new Error('bad callback');
    };
    const hook = renderSocket({
      logLevel: 'error',
      onMessage: bad,
      onOpen: bad,
      onStateChange: bad,
      onError: bad,
    });
    open();
    deliver({ n: 1 });
    act(() => ScriptedWebSocket.last.break());
    expect(hook.result.current.connectionState).toBe('reconnecting');
    expect(consoleSpies.error.mock.calls.map(([line]) => line)).toContain(
      'ResilientWebSocket: a listener of "message" threw',
    );
  });

  it('may use the hook from the first event on', async () => {
    let errors = 0;
    const hook = hookStrictly(() => {
      const socket = useResilientWebSocket(
        () => {
          throw new Error('no URL');
        },
        {
          logLevel: 'silent',
          maxReconnectAttempts: 0,
          onStateChange: (state) => state === 'connecting' && socket.send('early'),
          onError: () => {
            if (++errors === 1) socket.connect();
          },
        },
      );
      return socket;
    }, undefined);
    // Twice by the effects of StrictMode, once by connect().
    expect(errors).toBe(3);
    expect(hook.result.current).toMatchObject({ queuedMessages: 3, connectionState: 'failed' });
    hook.unmount();
    await pass(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('get an error for a message that could not be sent, unless it was volatile', () => {
    const onError = vi.fn();
    const hook = renderSocket({ enabled: false, onError });
    act(() => {
      expect(hook.result.current.send('a')).toBe(false);
      expect(hook.result.current.send('b', { volatile: true })).toBe(false);
    });
    expect(onError.mock.calls).toEqual([
      [{ type: 'send_error', message: expect.any(String) as string, recoverable: false }],
    ]);
  });

  it('may throw when they get the error of a message that was not sent', () => {
    const hook = renderSocket({
      enabled: false,
      onError: () => {
        throw new Error('bad callback');
      },
    });
    act(() => {
      expect(hook.result.current.send('a')).toBe(false);
    });
    expect(consoleSpies.error).toHaveBeenCalledTimes(1);
  });

  it('get dropped messages through onError if there is no onMessageDropped', async () => {
    const onError = vi.fn();
    const hook = renderSocket({ onError });
    act(() => void hook.result.current.send('a'));
    hook.unmount();
    await pass(100);
    expect(onError.mock.calls).toMatchObject([[{ type: 'send_error' }]]);
  });

  it('get unconfirmed messages through onMessageUnconfirmed, and not as errors', () => {
    const onError = vi.fn();
    const onMessageUnconfirmed = vi.fn();
    const onMessageDropped = vi.fn();
    const hook = renderSocket({ onError, onMessageUnconfirmed, onMessageDropped });
    act(() => {
      ScriptedWebSocket.last.open();
      hook.result.current.send('a');
      ScriptedWebSocket.last.break();
    });
    expect(onMessageUnconfirmed.mock.calls).toEqual([[{ data: 'a', id: 1 }]]);
    expect([onError.mock.calls, onMessageDropped.mock.calls]).toEqual([[], []]);
  });

  it('get different errors for messages that were not sent and for unconfirmed ones', () => {
    const onError = vi.fn();
    const hook = renderSocket({ onError });
    act(() => {
      ScriptedWebSocket.last.open();
    });
    act(() => void hook.result.current.send('a'));
    act(() => {
      ScriptedWebSocket.last.break();
    });
    expect(onError.mock.calls.flat()).toContainEqual(
      expect.objectContaining({ type: 'send_error', message: 'Сообщение не подтверждено' }),
    );
  });
});

describe('the options', () => {
  it('are assigned when they change, and only then', () => {
    const hook = renderSocket({ pingInterval: 5000, fatalCloseCodes: [4000] });
    const { websocket } = hook.result.current;
    expect(websocket?.options).toMatchObject({ pingInterval: 5000, fatalCloseCodes: [4000] });
    if (websocket) websocket.options.pingInterval = 6000;
    hook.rerender({ pingInterval: 5000, fatalCloseCodes: [4000] });
    expect(websocket?.options.pingInterval).toBe(6000);
    hook.rerender({ pingInterval: 7000, fatalCloseCodes: [4000, 4001] });
    expect(websocket?.options).toMatchObject({ pingInterval: 7000, fatalCloseCodes: [4000, 4001] });
    hook.rerender({});
    expect(websocket?.options).toMatchObject({ pingInterval: 30000, fatalCloseCodes: [1003, 1008] });
    expect(hook.result.current.websocket).toBe(websocket);
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('that are functions are called in their latest version, and not assigned again', async () => {
    const hook = renderSocket({ shouldReconnect: () => true });
    const assigned = hook.result.current.websocket?.options.shouldReconnect;
    open();
    hook.rerender({ shouldReconnect: () => false });
    expect(hook.result.current.websocket?.options.shouldReconnect).toBe(assigned);
    act(() => ScriptedWebSocket.last.break());
    expect(hook.result.current.connectionState).toBe('failed');
    await pass(0);
  });

  it('that are functions of the heartbeat are called in their latest version, and not assigned again', async () => {
    const withPing = (message: string) => ({
      pingInterval: 1000,
      heartbeat: {
        message: () => message,
        answer: (data: unknown) => (data === 'ping' ? message : undefined),
      },
    });
    const hook = renderSocket(withPing('first'));
    const assigned = hook.result.current.websocket?.options.heartbeat;
    open();
    hook.rerender(withPing('second'));
    expect(hook.result.current.websocket?.options.heartbeat).toBe(assigned);
    await pass(1000);
    act(() => ScriptedWebSocket.last.deliver('ping'));
    expect(ScriptedWebSocket.last.sent).toEqual(['second', 'second']);
    hook.rerender({ heartbeat: { silence: 5000 } });
    expect(hook.result.current.websocket?.options.heartbeat).toEqual({ silence: 5000 });
    hook.rerender({});
    expect(hook.result.current.websocket?.options.heartbeat).toBe(true);
  });

  it('of one component are not reset by another that does not set them', () => {
    const one = renderSocket({ pingInterval: 5000 });
    const other = renderSocket({ pongTimeout: 700 });
    expect(one.result.current.websocket?.options).toMatchObject({ pingInterval: 5000, pongTimeout: 700 });
    other.rerender({});
    expect(one.result.current.websocket?.options).toMatchObject({ pingInterval: 5000, pongTimeout: 10000 });
  });

  it('that are functions stay in effect as long as one component sets them', () => {
    const one = renderSocket({ shouldReconnect: () => false });
    const other = renderSocket();
    open();
    act(() => ScriptedWebSocket.last.break());
    expect(one.result.current.connectionState).toBe('failed');
    expect(other.result.current.connectionState).toBe('failed');
  });

  class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
    override state = { error: null };
    static getDerivedStateFromError(error: Error) {
      return { error };
    }
    override render(): ReactNode {
      const { error } = this.state as { error: Error | null };
      return error ? `${error.name}: ${error.message}` : this.props.children;
    }
  }

  function Probe({ at = url, ...options }: UseResilientWebSocketOptions & { at?: string }): ReactElement {
    useResilientWebSocket(at, { logLevel: 'silent', throwOnError: true, ...options });
    return <p>fine</p>;
  }

  it.each([
    ['for a new client', { pingInterval: -1 }],
    ['on an existing connection', { pongTimeout: 0 }],
  ])('that are invalid reach the error boundary with throwOnError: %s', async (_, bad) => {
    const present = renderSocket();
    open();
    const { container, rerender } = render(
      <Boundary>
        <Probe />
      </Boundary>,
    );
    rerender(
      <Boundary>
        <Probe {...bad} />
      </Boundary>,
    );
    expect(container.textContent).toMatch(/^RangeError: Option "(pingInterval|pongTimeout)" must be/);
    const fresh = render(
      <Boundary>
        <Probe {...bad} />
      </Boundary>,
    );
    expect(fresh.container.textContent).toMatch(/^RangeError: Option "/);
    const alone = render(
      <Boundary>
        <Probe {...bad} at="wss://server.test/b" />
      </Boundary>,
    );
    expect(alone.container.textContent).toMatch(/^RangeError: Option "/);
    present.unmount();
    await pass(100);
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('are validated together with the URL, whose error reaches the error boundary with throwOnError', () => {
    const { container } = render(
      <Boundary>
        <Probe at="ftp://server.test" />
      </Boundary>,
    );
    expect(container.textContent).toMatch(/^SyntaxError: The WebSocket URL must have the scheme/);
  });
});

describe('send', () => {
  it('calls the client', () => {
    const { result } = renderSocket();
    open();
    expect(result.current.send({ a: 1 })).toBe(true);
    expect(sent()).toEqual([{ a: 1 }]);
  });
});
