// Tests of the provider: its own cache, default options, the grace time, unmounting.
import { StrictMode, type ReactElement } from 'react';
import { act, render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import {
  ResilientWebSocketProvider,
  useChatWebSocket,
  useResilientWebSocket,
  type UseResilientWebSocketOptions,
} from '../../../web/react/index.js';
import { type ResilientWebSocket } from '../../../web/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import {
  consoleSpies,
  open,
  openSockets,
  pass,
  renderStrictly,
  setUpReactTests,
} from './support/react_environment.js';

const url = 'wss://server.test/a';
let websocket: ResilientWebSocket | null;

function Probe(options: UseResilientWebSocketOptions): ReactElement {
  const socket = useResilientWebSocket(url, { logLevel: 'silent', ...options });
  return (
    <p
      ref={() => {
        websocket = socket.websocket;
      }}
    />
  );
}

function Chat(): ReactElement {
  useChatWebSocket(7, null, { url, token: 't' });
  return <p />;
}

setUpReactTests();

describe('ResilientWebSocketProvider', () => {
  it('shares connections below it, and none with the rest of the page', () => {
    renderStrictly(
      <>
        <Probe />
        <ResilientWebSocketProvider>
          <Probe />
          <Probe />
          <Chat />
          <Chat />
        </ResilientWebSocketProvider>
        <ResilientWebSocketProvider>
          <Probe />
        </ResilientWebSocketProvider>
      </>,
    );
    expect(ScriptedWebSocket.made.map((socket) => socket.url.replace(/\?.*/, ''))).toEqual([
      url,
      url,
      `${url}/session/7`,
      url,
    ]);
  });

  it('gives default options, which a hook may override and which are live', () => {
    const app = (options: UseResilientWebSocketOptions, own: UseResilientWebSocketOptions) => (
      <ResilientWebSocketProvider options={options}>
        <Probe {...own} />
      </ResilientWebSocketProvider>
    );
    const { rerender } = render(app({ pingInterval: 5000, pongTimeout: 700 }, { pongTimeout: 800 }));
    expect(websocket?.options).toMatchObject({ pingInterval: 5000, pongTimeout: 800 });
    rerender(app({ pingInterval: 6000, pongTimeout: 700 }, { pongTimeout: undefined }));
    expect(websocket?.options).toMatchObject({ pingInterval: 6000, pongTimeout: 700 });
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('keeps an unused connection for the grace time', async () => {
    const app = (isThere: boolean) => (
      <StrictMode>
        <ResilientWebSocketProvider gcTime={5000}>
          {isThere && <Probe />}
          {isThere && <Probe shared={false} />}
        </ResilientWebSocketProvider>
      </StrictMode>
    );
    const { rerender } = render(app(true));
    open();
    rerender(app(false));
    await pass(4999);
    expect(openSockets()).toHaveLength(2);
    await pass(1);
    expect(openSockets()).toEqual([]);
  });

  it('closes its connections when it unmounts, whatever the grace time', async () => {
    const app = (
      <ResilientWebSocketProvider grace={60_000}>
        <Probe />
      </ResilientWebSocketProvider>
    );
    const { unmount } = renderStrictly(app);
    open();
    await pass(1000);
    expect(openSockets()).toHaveLength(1);
    unmount();
    await pass(0);
    expect(openSockets()).toEqual([]);
  });

  it('accepts a grace time of 0', async () => {
    const { unmount } = renderStrictly(
      <ResilientWebSocketProvider grace={0}>
        <Probe />
      </ResilientWebSocketProvider>,
    );
    open();
    await pass(1000);
    expect(ScriptedWebSocket.made).toHaveLength(1);
    unmount();
    await pass(0);
    expect(openSockets()).toEqual([]);
  });

  it.each([-1, NaN, Infinity, 2 ** 31])(
    'reports the gcTime %s on the console and uses the default',
    (gcTime) => {
      const text = 'Property "gcTime" must be a number of ms from 0 to 2147483647';
      const { container } = render(
        <ResilientWebSocketProvider gcTime={gcTime}>shown</ResilientWebSocketProvider>,
      );
      expect(container.textContent).toBe('shown');
      expect(consoleSpies.error.mock.calls).toEqual([[`ResilientWebSocket: ${text}`]]);
      expect(() => render(<ResilientWebSocketProvider gcTime={gcTime} throwOnError />)).toThrow(
        new RangeError(text),
      );
    },
  );

  it('causes no render below when its options are another object with the same values', () => {
    let renders = 0;
    function Counted(): null {
      ++renders;
      useResilientWebSocket(url, { logLevel: 'silent' });
      return null;
    }
    const counted = <Counted />;
    const answers: string[] = [];
    const app = (name: string, pingInterval = 5000) => (
      <ResilientWebSocketProvider
        options={{
          pingInterval,
          fatalCloseCodes: [4000],
          shouldReconnect: () => {
            answers.push(name);
            return false;
          },
        }}
      >
        {counted}
      </ResilientWebSocketProvider>
    );
    const { rerender } = render(app('first'));
    const before = renders;
    rerender(app('second'));
    expect(renders).toBe(before);
    rerender(app('third', 6000));
    expect(renders).toBeGreaterThan(before);
    rerender(app('fourth', 6000));
    open();
    act(() => ScriptedWebSocket.last.break());
    expect(answers).toEqual(['fourth']);
  });

  it('gives the hooks below it an identity; another one is another connection', () => {
    const app = (identity: string, own?: string) => (
      <ResilientWebSocketProvider identity={identity}>
        <Probe identity={own} />
        <Probe identity={own} />
      </ResilientWebSocketProvider>
    );
    const { rerender } = render(app('one'));
    expect(ScriptedWebSocket.made).toHaveLength(1);
    rerender(app('two'));
    expect(ScriptedWebSocket.made).toHaveLength(2);
    expect(openSockets()).toEqual([ScriptedWebSocket.last]);
    rerender(app('three', 'two'));
    expect(ScriptedWebSocket.made).toHaveLength(2);
  });

  it('also closes connections that are not shared when it unmounts', async () => {
    function Alone(): null {
      useResilientWebSocket(() => 'wss://server.test/', { jitter: 0, logLevel: 'silent' });
      return null;
    }
    const { unmount } = render(
      <ResilientWebSocketProvider grace={60_000}>
        <Alone />
        <Alone />
      </ResilientWebSocketProvider>,
    );
    expect(openSockets()).toHaveLength(2);
    unmount();
    await pass(1000);
    expect(openSockets()).toEqual([]);
  });
});
