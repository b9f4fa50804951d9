// A session at its limits: the last acknowledgement, messages that another server does not take, the largest count.
import { expect, it, vi } from 'vitest';
import { useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { controlOn, createInSession, messagesOn, welcome } from './support/sessions.js';

useScriptedWorld();
const last = () => ScriptedWebSocket.last;

it('what was handled is acknowledged before bye', () => {
  const { websocket } = createInSession();
  last().deliver('one');
  last().deliver('two');
  websocket.disconnect();
  expect(controlOn(last()).slice(-2)).toEqual([{ rws: 'ack', received: 2 }, { rws: 'bye' }]);
});

it('destroy acknowledges what was handled, too', () => {
  const { websocket } = createInSession();
  last().deliver('one');
  websocket.destroy();
  expect(controlOn(last()).slice(-2)).toEqual([{ rws: 'ack', received: 1 }, { rws: 'bye' }]);
});

it('skips a message that the server of the next connection does not take', () => {
  const { websocket, getEvents } = createInSession();
  websocket.send('x'.repeat(500));
  websocket.send('y');
  last().break();
  vi.advanceTimersByTime(1000);
  last().open();
  welcome(last(), { resumed: true, maxMessage: 100 });
  expect(controlOn(last(), 'skip')).toEqual([{ rws: 'skip', count: 1 }]);
  expect(messagesOn(last())).toEqual(['y']);
  expect(getEvents('messageDropped')).toMatchObject([[{ reason: 'too_large', data: 'x'.repeat(500) }]]);
});

it('a message beyond the largest count is a violation', () => {
  createInSession();
  last().deliver('{"rws":"skip","count":9007199254740991}');
  last().deliver('one more');
  expect(last().closes[0]?.[0]).toBe(4400);
});

it('a control frame of more than 1024 bytes is a violation, whatever its beginning says', () => {
  createInSession();
  last().deliver(`{"rws":"ack","received":0}${' '.repeat(3000)}`);
  expect(last().closes[0]?.[0]).toBe(4400);
});
