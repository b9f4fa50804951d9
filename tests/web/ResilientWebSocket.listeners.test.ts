// Listeners may throw, call anything, be added and removed: nothing of it harms the client or the other listeners.
import { expect, test, vi } from 'vitest';
import { createClient, createConnected, eventNames, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

/** The next socket opens, and its server says welcome. */
function welcome(session: string, resumed: boolean): void {
  const frame = { rws: 'welcome', v: 1, session, resumed, received: 0, window: 9, maxMessage: 9, ttl: 9 };
  vi.advanceTimersByTime(5000);
  ScriptedWebSocket.last.open();
  ScriptedWebSocket.last.deliver(JSON.stringify(frame));
}

/** A session with a queue, a connection, a loss, giving up and a new start: it has every event. */
function live(client: ReturnType<typeof createClient>): void {
  const { websocket } = client;
  websocket.send('queued', { ttl: 1 });
  vi.advanceTimersByTime(1);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  websocket.send({ hello: true });
  ScriptedWebSocket.last.deliver('{"a":1}');
  ScriptedWebSocket.last.deliver('not json');
  vi.advanceTimersByTime(30_000);
  ScriptedWebSocket.last.answerPing();
  websocket.send('unconfirmed');
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.break();
  websocket.resetErrorRecovery();
  websocket.applyRecoveryRecommendation('clearQueue');
  websocket.applyRecoveryRecommendation('pageReload');
  websocket.applyRecoveryRecommendation('contactSupport');
  websocket.reconnect();
  ScriptedWebSocket.last.open();
  ScriptedWebSocket.last.end(1008);
  // A session of the protocol is begun, taken over twice, and lost.
  websocket.options.maxReconnectAttempts = 10;
  websocket.options.session = true;
  websocket.reconnect();
  welcome('first', false);
  ScriptedWebSocket.last.break();
  for (let times = 0; times < 2; ++times) {
    welcome('first', true);
    ScriptedWebSocket.last.end(4409);
  }
  websocket.reconnect();
  welcome('second', false);
  ScriptedWebSocket.last.end(1008);
}

const options = { maxReconnectAttempts: 1, confirmAfter: 60_000 };

test('the session of these tests has every event', () => {
  const client = createClient(options);
  live(client);
  expect([...new Set(client.names())].sort()).toEqual([...eventNames].sort());
});

test.each(eventNames)('a listener of %s that throws is logged and changes nothing else', (name) => {
  const calm = createClient(options);
  live(calm);
  const calmSockets = ScriptedWebSocket.made.map((socket) => socket.closes.length);

  ScriptedWebSocket.install();
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const boom = new Error('boom');
  const client = createClient(options);
  const later = vi.fn();
  client.websocket.on(name, () => {
    client.websocket.options.logLevel = 'error';
    client.websocket.on(name, later);
    throw boom;
  });
  live(client);
  expect(client.names()).toEqual(calm.names());
  expect(ScriptedWebSocket.made.map((socket) => socket.closes.length)).toEqual(calmSockets);
  expect(client.websocket.connectionState).toBe(calm.websocket.connectionState);
  expect(error).toHaveBeenCalledWith(`ResilientWebSocket: a listener of "${name}" threw`, boom);
});

type Act = (websocket: ReturnType<typeof createClient>['websocket']) => void;
const acts: [string, Act][] = [
  ['send', (websocket) => websocket.send('from a listener')],
  ['connect', (websocket) => void websocket.connect()],
  ['disconnect', (websocket) => websocket.disconnect()],
  ['reconnect', (websocket) => websocket.reconnect()],
  ['destroy', (websocket) => websocket.destroy()],
];

test.each(acts)('%s from inside a listener of any event is carried out once', (_name, act) => {
  for (const name of eventNames) {
    ScriptedWebSocket.install();
    const client = createClient(options);
    const other = vi.fn();
    let calls = 0;
    client.websocket.on(name, () => {
      if (++calls === 1) act(client.websocket);
    });
    client.websocket.on(name, other);
    try {
      live(client);
    } catch (error) {
      // The life goes on against a client that is destroyed or sockets that are gone.
      expect(String(error)).toMatch(/DestroyedError|No ping was sent|No socket was made/);
    }
    expect(other).toHaveBeenCalledTimes(calls);
    const open = ScriptedWebSocket.made.filter((socket) => socket.readyState < ScriptedWebSocket.CLOSING);
    expect(open.length).toBeLessThanOrEqual(1);
    const states = client.getEvents('stateChange').map(([state]) => state);
    states.forEach((state, index) => expect(state).not.toBe(states[index - 1]));
    client.websocket.destroy();
    vi.clearAllTimers();
  }
});

test('a message sent by a listener of open goes behind the queue', () => {
  const { websocket } = createClient();
  websocket.send('queued first');
  websocket.on('open', () => websocket.send('sent on open'));
  void websocket.connect();
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.sent).toEqual(['queued first', 'sent on open']);
});

test('disconnect by a listener of open ends that connection, and the events are in order', () => {
  const { websocket, names } = createClient();
  websocket.once('open', () => websocket.disconnect());
  void websocket.connect();
  const socket = ScriptedWebSocket.last;
  socket.open();
  socket.end(1000);
  expect(names()).toEqual(['stateChange', 'stateChange', 'open', 'stateChange', 'close']);
});

test('a long exchange between listeners runs one event after the other, not inside one another', () => {
  const { websocket } = createConnected();
  let depth = 0;
  let deepest = 0;
  let rounds = 0;
  websocket.on('messageSent', () => {
    deepest = Math.max(deepest, ++depth);
    if (++rounds < 1000) websocket.send('again');
    --depth;
  });
  websocket.send('once');
  expect(rounds).toBe(1000);
  expect(deepest).toBe(1);
});
