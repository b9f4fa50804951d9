// Tests of subscriptions that components share: which frames are sent, on which connection, and when.
import { StrictMode, type ReactElement, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { act, render } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import ResilientWebSocket, { type ResilientWebSocketOptions } from '../../../web/index.js';
import {
  useResilientWebSocket,
  useSubscription,
  type UseSubscriptionOptions,
} from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { deliver, open, pass, sent, sentOn, setUpReactTests } from './support/react_environment.js';

const url = 'wss://server.test/a';
const subscribe = (topic: string) => ({ op: 'subscribe', topic });
const unsubscribe = (topic: string) => ({ op: 'unsubscribe', topic });

interface TopicProps extends Partial<UseSubscriptionOptions> {
  readonly websocket: ResilientWebSocket | null;
  readonly topic?: string;
}

function Topic({ websocket, topic = 'a', ...others }: TopicProps): null {
  const frames = { subscribe: subscribe(topic), unsubscribe: unsubscribe(topic) };
  useSubscription(websocket, { key: topic, ...frames, ...others });
  return null;
}

/** A topic on the connection that the page shares. */
function SharedTopic(props: Omit<TopicProps, 'websocket'>): ReactElement {
  const { websocket } = useResilientWebSocket(url, { jitter: 0, logLevel: 'silent' });
  return <Topic websocket={websocket} {...props} />;
}

const clients: ResilientWebSocket[] = [];

function createClient(options: ResilientWebSocketOptions = {}): ResilientWebSocket {
  const client = new ResilientWebSocket(url, { jitter: 0, logLevel: 'silent', ...options });
  clients.push(client);
  return client;
}

function createConnected(options: ResilientWebSocketOptions = {}): ResilientWebSocket {
  const client = createClient(options);
  void client.connect();
  open();
  return client;
}

/** Renders in StrictMode; the function returned replaces what is rendered. */
function show(node: ReactNode): (next: ReactNode) => Promise<void> {
  const { rerender } = render(<StrictMode>{node}</StrictMode>);
  return async (next) => {
    rerender(<StrictMode>{next}</StrictMode>);
    await pass(0);
  };
}

setUpReactTests(() => {
  for (const client of clients.splice(0)) client.destroy();
});

describe('a subscription', () => {
  it('is sent once for all components, and ended when the last one has gone', async () => {
    const rerender = show(
      <>
        <SharedTopic key="1" />
        <SharedTopic key="2" />
      </>,
    );
    open();
    await pass(0);
    expect(sent()).toEqual([subscribe('a')]);
    await rerender([<SharedTopic key="2" />, <SharedTopic key="3" />]);
    expect(sent()).toEqual([subscribe('a')]);
    await rerender(null);
    expect(sent()).toEqual([subscribe('a'), unsubscribe('a')]);
  });

  it('is not queued while there is no connection, and sent when it opens', async () => {
    show(<SharedTopic />);
    const hook = render(<SharedTopic />);
    await pass(0);
    expect(sent()).toEqual([]);
    hook.unmount();
    open();
    expect(sent()).toEqual([subscribe('a')]);
  });

  it('that ended before the connection opened is not sent at all', async () => {
    const client = createClient();
    const rerender = show(<Topic websocket={client} />);
    await rerender(null);
    void client.connect();
    open();
    expect([sent(), client.messageQueue]).toEqual([[], []]);
  });

  it('is sent again on every connection, once', async () => {
    const rerender = show(<SharedTopic />);
    open();
    act(() => ScriptedWebSocket.last.break());
    await rerender([<SharedTopic key="1" />, <SharedTopic key="2" />]);
    await pass(1000);
    open();
    expect(ScriptedWebSocket.made.map(sentOn)).toEqual([[subscribe('a')], [subscribe('a')]]);
  });

  it.each([
    ['has not left the browser', JSON.stringify(subscribe('a')).length],
    ['may have arrived', 0],
  ])('is neither sent twice nor reported when its connection breaks and it %s', async (_, bufferedAmount) => {
    const client = createClient();
    const onDropped = vi.fn();
    client.on('messageDropped', onDropped);
    show(<Topic websocket={client} />);
    void client.connect();
    open();
    ScriptedWebSocket.last.bufferedAmount = bufferedAmount;
    act(() => ScriptedWebSocket.last.break());
    await pass(1000);
    open();
    expect(sent()).toEqual([subscribe('a')]);
    expect(onDropped).not.toHaveBeenCalled();
  });

  it('is sent at once for a component that joins an open connection', async () => {
    const rerender = show(<SharedTopic key="a" />);
    open();
    await rerender([<SharedTopic key="a" />, <SharedTopic key="b" topic="b" />]);
    expect(sent()).toEqual([subscribe('a'), subscribe('b')]);
  });

  it('is sent once for a component that comes between the change of the state and the event', () => {
    const client = createClient();
    client.on('stateChange', (state) => {
      if (state === 'connected') show(<Topic websocket={client} />);
    });
    void client.connect();
    open();
    expect(sent()).toEqual([subscribe('a')]);
  });

  it('follows its key: the former one is ended, the next one sent', async () => {
    const client = createConnected();
    const rerender = show(<Topic websocket={client} />);
    await rerender(<Topic websocket={client} topic="b" />);
    expect(sent()).toEqual([subscribe('a'), subscribe('b'), unsubscribe('a')]);
  });

  it('needs no message that ends it', async () => {
    const client = createConnected();
    const rerender = show(<Topic websocket={client} unsubscribe={undefined} />);
    await rerender(null);
    expect(sent()).toEqual([subscribe('a')]);
  });

  it('sends what the last render gave on the next connection', async () => {
    const client = createConnected();
    const rerender = show(<Topic websocket={client} subscribe="since 1" />);
    await rerender(<Topic websocket={client} subscribe="since 2" />);
    expect(ScriptedWebSocket.last.userFrames).toEqual(['since 1']);
    client.reconnect();
    open();
    expect(ScriptedWebSocket.last.userFrames).toEqual(['since 2']);
  });

  it('leaves no listener on the client', async () => {
    const client = createConnected();
    const off = vi.spyOn(client, 'off');
    const on = vi.spyOn(client, 'on');
    const rerender = show(<Topic websocket={client} />);
    await rerender(null);
    expect(off.mock.calls.map(([name]) => name).sort()).toEqual(on.mock.calls.map(([name]) => name).sort());
    expect(on).toHaveBeenCalled();
  });
});

describe('another client', () => {
  it('gets the subscription, null gets none', async () => {
    const first = createConnected();
    const firstSocket = ScriptedWebSocket.last;
    const second = createConnected();
    const rerender = show(<Topic websocket={null} />);
    await rerender(<Topic websocket={first} />);
    expect(sentOn(firstSocket)).toEqual([subscribe('a')]);
    await rerender(<Topic websocket={second} />);
    expect(sentOn(firstSocket)).toEqual([subscribe('a'), unsubscribe('a')]);
    expect(sent()).toEqual([subscribe('a')]);
    await rerender(<Topic websocket={null} />);
    expect(sent()).toEqual([subscribe('a'), unsubscribe('a')]);
  });

  it('that is destroyed gets nothing', async () => {
    const client = createConnected();
    const rerender = show(<Topic websocket={client} />);
    client.destroy();
    await rerender([<Topic key="b" websocket={client} topic="b" />]);
    await rerender(null);
    expect(sent()).toEqual([subscribe('a')]);
  });
});

describe('behind messages that must not be overtaken', () => {
  /** A client that is connected again while the close event of its former socket, with an unsent message, is pending. */
  function createBlocked(): { client: ResilientWebSocket; former: ScriptedWebSocket } {
    const client = createConnected();
    const former = ScriptedWebSocket.last;
    client.send('unsent');
    former.bufferedAmount = 100;
    client.reconnect();
    open();
    return { client, former };
  }

  it('the subscription waits, and is sent once', async () => {
    const { client, former } = createBlocked();
    show(<Topic websocket={client} />);
    await pass(0);
    expect(ScriptedWebSocket.last.userFrames).toEqual([]);
    former.end(1006);
    expect(ScriptedWebSocket.last.userFrames).toEqual(['unsent', JSON.stringify(subscribe('a'))]);
  });

  it('it is sent once on the next connection if this one breaks before', async () => {
    const { client, former } = createBlocked();
    show(<Topic websocket={client} />);
    act(() => ScriptedWebSocket.last.break());
    former.end(1006);
    await pass(1000);
    open();
    expect(ScriptedWebSocket.last.userFrames).toEqual(['unsent', JSON.stringify(subscribe('a'))]);
    act(() => ScriptedWebSocket.last.break());
    await pass(2000);
    open();
    expect(sent()).toEqual([subscribe('a')]);
  });

  it('a client that is destroyed meanwhile gets nothing', async () => {
    const { client } = createBlocked();
    const rerender = show(<Topic websocket={client} />);
    client.destroy();
    await rerender(null);
    expect(ScriptedWebSocket.last.userFrames).toEqual([]);
  });

  it('it is queued again when the queue is cleared', async () => {
    const { client, former } = createBlocked();
    show(<Topic websocket={client} />);
    await pass(0);
    client.applyRecoveryRecommendation('clearQueue');
    former.end(1006);
    expect(ScriptedWebSocket.last.userFrames).toEqual(['unsent', JSON.stringify(subscribe('a'))]);
  });

  it('it is sent on the next connection if the queue was cleared', async () => {
    const { client, former } = createBlocked();
    show(<Topic websocket={client} />);
    act(() => ScriptedWebSocket.last.break());
    former.end(1006);
    expect(client.messageQueue).toEqual(['unsent', subscribe('a')]);
    act(() => {
      client.disconnect();
    });
    void client.connect();
    open();
    await pass(0);
    expect(sent()).toEqual([subscribe('a')]);
  });
});

/** Renders without `act`, which would postpone what React does: the function shows or hides the node. */
function createBareRoot(node: ReactNode): (isShown: boolean) => void {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  const root = createRoot(document.createElement('div'));
  return (isShown) => {
    flushSync(() => {
      root.render(isShown ? node : null);
    });
  };
}

it('is kept for a component that comes between two ends of the subscription', async () => {
  const client = createConnected();
  const showTopic = createBareRoot(<Topic websocket={client} />);
  showTopic(true);
  showTopic(false);
  showTopic(true);
  queueMicrotask(() => {
    showTopic(true);
  });
  showTopic(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent()).toEqual([subscribe('a'), unsubscribe('a'), subscribe('a')]);
  showTopic(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent().at(-1)).toEqual(unsubscribe('a'));
});

describe('onMessage', () => {
  it('gets every message that the filter accepts, until the unmount', async () => {
    const client = createConnected();
    const onMessage = vi.fn();
    const filter = (message: { topic: string }) => message.topic === 'a';
    const rerender = show(<Topic websocket={client} onMessage={onMessage} filter={filter} />);
    deliver({ topic: 'a', value: 1 }, { topic: 'b', value: 2 }, { topic: 'a', value: 3 });
    expect(onMessage.mock.calls).toEqual([[{ topic: 'a', value: 1 }], [{ topic: 'a', value: 3 }]]);
    await rerender(<Topic websocket={client} onMessage={onMessage} />);
    deliver({ topic: 'b' });
    await rerender(null);
    deliver({ topic: 'a' });
    expect(onMessage).toHaveBeenCalledTimes(3);
  });
});
