// Tests of when useResilientWebSocket connects and closes: mounts, StrictMode, keys, URLs, the grace time.
import { Activity, StrictMode, useEffect, type ReactElement } from 'react';
import { act, render } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import {
  useChatWebSocket,
  useResilientWebSocket,
  type UseResilientWebSocketOptions,
} from '../../../web/react/index.js';
import { type ResilientWebSocket, type UrlSource } from '../../../web/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import {
  consoleSpies,
  hookStrictly,
  listenerCount,
  open,
  openSockets,
  pass,
  renderStrictly,
  setUpReactTests,
} from './support/react_environment.js';

const url = 'wss://server.test/a';

interface ProbeProps {
  readonly at?: UrlSource | null;
  readonly options?: UseResilientWebSocketOptions;
}

function Probe({ at = url, options = {} }: ProbeProps): ReactElement {
  const { connectionState } = useResilientWebSocket(at, { logLevel: 'silent', ...options });
  return <p>{connectionState}</p>;
}

const urls = (): string[] => ScriptedWebSocket.made.map((socket) => socket.url);

setUpReactTests();

describe('useResilientWebSocket', () => {
  it('makes one connection for one mount in StrictMode and closes it with 1000', async () => {
    const { unmount, container } = renderStrictly(<Probe />);
    expect(urls()).toEqual([url]);
    expect(container.textContent).toBe('connecting');
    open();
    expect(container.textContent).toBe('connected');
    unmount();
    await pass(99);
    expect(openSockets()).toHaveLength(1);
    await pass(1);
    expect(openSockets()).toEqual([]);
    expect(ScriptedWebSocket.last.closes[0]?.[0]).toBe(1000);
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('makes one connection for many mounts with the same URL', async () => {
    const { rerender, container } = renderStrictly(Array.from({ length: 20 }, (_, n) => <Probe key={n} />));
    expect(ScriptedWebSocket.made).toHaveLength(1);
    open();
    expect(container.textContent).toBe('connected'.repeat(20));
    rerender(
      <StrictMode>
        <Probe key={7} />
      </StrictMode>,
    );
    await pass(5000);
    expect(openSockets()).toHaveLength(1);
  });

  it('shares a connection by the option key whatever the URL, and does not share with shared: false', () => {
    renderStrictly(
      <>
        <Probe at="wss://server.test/1" options={{ key: 'k' }} />
        <Probe at="wss://server.test/2" options={{ key: 'k' }} />
        <Probe at="wss://server.test/3" />
        <Probe at="wss://server.test/3" options={{ shared: false }} />
        <Probe at="wss://server.test/3" options={{ shared: false }} />
      </>,
    );
    expect(urls().map((made) => made.slice(-1))).toEqual(['1', '3', '3', '3']);
  });

  it('treats a URL object like its string', () => {
    renderStrictly([<Probe key={1} />, <Probe key={2} at={new URL(url)} />]);
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('makes one unshared connection for a function URL, also in StrictMode and after renders', () => {
    const { rerender } = renderStrictly([<Probe key={1} at={() => url} />, <Probe key={2} at={() => url} />]);
    expect(ScriptedWebSocket.made).toHaveLength(2);
    rerender(<StrictMode>{[<Probe key={1} at={() => url} />, <Probe key={2} at={() => url} />]}</StrictMode>);
    expect(ScriptedWebSocket.made).toHaveLength(2);
  });

  it('calls the newest function for the URL of each attempt', async () => {
    const hook = hookStrictly(
      (at: string) => useResilientWebSocket(() => at, { jitter: 0, logLevel: 'silent' }),
      url,
    );
    open();
    hook.rerender(`${url}?fresh`);
    expect(ScriptedWebSocket.made).toHaveLength(1);
    act(() => {
      ScriptedWebSocket.last.break();
    });
    await pass(1000);
    expect(urls()).toEqual([url, `${url}?fresh`]);
  });

  it('uses the latest URL of a key from the next attempt on', async () => {
    const hook = hookStrictly(
      (at: string) => useResilientWebSocket(at, { key: 'k', jitter: 0, logLevel: 'silent' }),
      url,
    );
    open();
    hook.rerender(`${url}2`);
    act(() => {
      ScriptedWebSocket.last.break();
    });
    await pass(1000);
    expect(urls()).toEqual([url, `${url}2`]);
  });

  it('connects to a changed URL and closes the old connection', async () => {
    const hook = hookStrictly((at: string | null) => useResilientWebSocket(at, { logLevel: 'silent' }), url);
    const old = open();
    hook.rerender(`${url}/2`);
    expect(urls()).toEqual([url, `${url}/2`]);
    expect(hook.result.current.connectionState).toBe('connecting');
    await pass(100);
    expect(old.readyState).toBe(ScriptedWebSocket.CLOSING);
    hook.rerender(null);
    expect(hook.result.current).toMatchObject({
      websocket: null,
      connectionState: 'disconnected',
      status: null,
    });
    await pass(100);
    expect(openSockets()).toEqual([]);
  });

  it.each([null, undefined])('does nothing with the URL %s', (at) => {
    const { result } = hookStrictly(() => useResilientWebSocket(at), undefined);
    expect(result.current.websocket).toBeNull();
    expect(ScriptedWebSocket.made).toEqual([]);
  });

  it('follows enabled, and connects by connect() without it', async () => {
    const hook = hookStrictly(
      (enabled: boolean) => useResilientWebSocket(url, { enabled, logLevel: 'silent' }),
      false,
    );
    expect(ScriptedWebSocket.made).toEqual([]);
    hook.rerender(true);
    open();
    hook.rerender(false);
    await pass(100);
    expect(openSockets()).toEqual([]);
    act(() => {
      hook.result.current.connect();
    });
    open();
    expect(hook.result.current.isConnected).toBe(true);
  });

  it('keeps the connection of a component that is mounted elsewhere at once', async () => {
    const { rerender } = renderStrictly(<Probe key="here" />);
    open();
    rerender(<StrictMode />);
    await pass(50);
    rerender(
      <StrictMode>
        <Probe key="there" />
      </StrictMode>,
    );
    await pass(5000);
    expect(ScriptedWebSocket.made).toHaveLength(1);
    expect(openSockets()).toHaveLength(1);
  });

  it('does not connect an existing connection again', () => {
    const { result } = hookStrictly(() => useResilientWebSocket(url, { logLevel: 'silent' }), undefined);
    open();
    act(() => result.current.disconnect());
    const { container } = renderStrictly(<Probe />);
    expect(container.textContent).toBe('disconnected');
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('closes a socket that is still connecting when it is unmounted', async () => {
    const { unmount } = renderStrictly(<Probe />);
    const socket = ScriptedWebSocket.last;
    unmount();
    await pass(100);
    expect(socket.readyState).toBe(ScriptedWebSocket.CLOSING);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('makes no socket when the URL function answers after the unmount', async () => {
    let answer: (found: string) => void = () => undefined;
    const { unmount } = renderStrictly(
      <Probe at={() => new Promise<string>((resolve) => (answer = resolve))} />,
    );
    unmount();
    await pass(100);
    answer(url);
    await pass(100);
    expect(ScriptedWebSocket.made).toEqual([]);
  });

  it('keeps its connection while hidden briefly by Activity, and closes it when hidden for longer', async () => {
    const app = (mode: 'visible' | 'hidden') => (
      <StrictMode>
        <Activity mode={mode}>
          <Probe />
        </Activity>
      </StrictMode>
    );
    const { rerender, container } = renderStrictly(app('visible'));
    open();
    rerender(app('hidden'));
    rerender(app('visible'));
    await pass(1000);
    expect(ScriptedWebSocket.made).toHaveLength(1);
    expect(container.textContent).toBe('connected');
    rerender(app('hidden'));
    await pass(100);
    expect(openSockets()).toEqual([]);
    rerender(app('visible'));
    open();
    expect(container.textContent).toBe('connected');
  });

  it('leaves no listener on a client that other components still use', () => {
    let websocket: ResilientWebSocket | null = null;
    function OtherComponent(): null {
      const socket = useResilientWebSocket(url, { logLevel: 'silent' });
      useEffect(() => {
        websocket = socket.websocket;
      });
      return null;
    }
    render(<OtherComponent />);
    open();
    const on = vi.spyOn(websocket as unknown as ResilientWebSocket, 'on');
    const off = vi.spyOn(websocket as unknown as ResilientWebSocket, 'off');
    for (let cycle = 0; cycle < 20; ++cycle) renderStrictly(<Probe />).unmount();
    expect(on.mock.calls.length).toBeGreaterThan(40);
    expect(off.mock.calls).toEqual(on.mock.calls);
  });

  function Chat(): ReactElement {
    const { connectionState, sendTyping } = useChatWebSocket(7, null, {
      url: 'wss://server.test',
      options: { logLevel: 'silent' },
    });
    useEffect(() => {
      sendTyping(true);
    });
    return <p>{connectionState}</p>;
  }

  it.each([
    ['useResilientWebSocket', <Probe key="probe" />],
    ['useChatWebSocket', <Chat key="chat" />],
  ])(
    'leaves no socket, timer or listener after 1000 mounts and unmounts: %s',
    async (_, element) => {
      localStorage.setItem('token', 't');
      const before = listenerCount();
      for (let cycle = 0; cycle < 1000; ++cycle) {
        const { unmount } = render(element);
        if (cycle % 2 === 0 && ScriptedWebSocket.last.readyState === ScriptedWebSocket.CONNECTING) open();
        unmount();
        if (cycle % 10 === 0) await pass(100);
      }
      await pass(1000);
      expect(ScriptedWebSocket.made.length).toBeGreaterThan(50);
      expect(openSockets()).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
      expect(listenerCount()).toBe(before);
      expect(consoleSpies.error).not.toHaveBeenCalled();
    },
    30_000,
  );
});
