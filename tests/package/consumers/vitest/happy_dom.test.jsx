// @vitest-environment happy-dom
// The WebSocket of happy-dom with a real server, also behind MSW.
import { ResilientWebSocket } from '@advakod/resilient-websocket';
import { ws } from 'msw';
import { setupServer } from 'msw/node';
import { expect, it } from 'vitest';
import { options, real, testWithRealServer } from './real_server.jsx';

testWithRealServer();

it('messages pass through MSW to a real server, and the loss of the connection is noticed', async () => {
  const server = setupServer();
  // The WebSocket of happy-dom sends an HTTP request, which MSW sees as well.
  server.listen({ onUnhandledRequest: 'bypass' });
  server.use(
    ws.link(real.url).addEventListener('connection', ({ client, server: original }) => {
      original.connect();
      client.addEventListener('message', (event) => {
        if (event.data !== 'mocked') return;
        event.preventDefault();
        client.send('by MSW');
      });
    }),
  );
  const client = new ResilientWebSocket(real.url, options);
  const messages = [];
  client.on('message', (data) => messages.push(data));
  const closes = [];
  client.on('close', (details) => closes.push(details));
  await client.connect();
  client.send('message');
  client.send('mocked');
  await expect.poll(() => messages).toEqual(['by MSW', 'message']);
  await real.stop();
  await expect.poll(() => closes).toMatchObject([{ code: 1006, shouldReconnect: true }]);
  client.destroy();
  server.close();
  await real.start();
});
