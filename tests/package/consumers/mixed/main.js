// A page with both forms of the package. main() uses one client of each form and returns what happened.
import ModuleClient from '@advakod/resilient-websocket';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const { default: CommonClient } = require('@advakod/resilient-websocket');
const { WebSocketStatus } = require('@advakod/resilient-websocket/components/WebSocketStatus');

/** Sends a frame that the server returns; resolves when it has arrived. */
function exchange(client, number) {
  return new Promise((resolve) => {
    client.on('message', (message) => {
      if (message.type === 'typing' && Number(message.session_id) === number) resolve(number);
    });
    client.send({ type: 'typing', is_typing: true, session_id: number });
  });
}

function connect(Client, url, name) {
  const client = new Client(`${url}/general?token=demo-${name}`, { locale: 'en' });
  return client.connect().then(() => client);
}

globalThis.main = async (url) => {
  const [first, second] = await Promise.all([
    connect(ModuleClient, url, 'module'),
    connect(CommonClient, url, 'common'),
  ]);
  const returned = await Promise.all([exchange(first, 1), exchange(second, 2)]);
  const status = createElement(WebSocketStatus, { websocket: first, showDetails: true });
  createRoot(document.getElementById('root')).render(status);
  second.destroy();
  returned.push(await exchange(first, 3));
  const third = await connect(CommonClient, url, 'common');
  first.reconnect();
  await first.whenConnected();
  returned.push(...(await Promise.all([exchange(first, 4), exchange(third, 5)])));
  return {
    returned,
    isSameClass: ModuleClient === CommonClient,
    isInstance: first instanceof CommonClient,
    states: [first, second, third].map(({ connectionState }) => connectionState),
  };
};
