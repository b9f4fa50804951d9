// @vitest-environment node
// The WebSocket of a jsdom window that the test itself makes, with a real server.
import { ResilientWebSocket } from '@advakod/resilient-websocket';
import WebSocket from '@advakod/resilient-websocket/websocket';
import { JSDOM } from 'jsdom';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { options, real } from './real_server.jsx';

const { window } = new JSDOM('', { url: 'http://localhost/' });

beforeEach(real.start);
afterEach(real.stop);

it('ResilientWebSocket connects with it and reconnects', async () => {
  const client = new ResilientWebSocket(real.url, { ...options, WebSocket: window.WebSocket });
  const messages = [];
  client.on('message', (data) => messages.push(data));
  await client.connect();
  client.send('sent');
  await expect.poll(() => messages).toEqual(['sent']);
  client.once('close', () => client.send('queued'));
  await real.restart();
  await expect.poll(() => messages).toEqual(['sent', 'queued']);
  client.destroy();
});

it('WebSocket connects with it and closes', async () => {
  const socket = new WebSocket(real.url, [], { ...options, WebSocket: window.WebSocket });
  await new Promise((resolve) => (socket.onopen = resolve));
  socket.close(4002);
  const closed = await new Promise((resolve) => (socket.onclose = resolve));
  expect(closed).toMatchObject({ code: 4002, wasClean: true });
});
