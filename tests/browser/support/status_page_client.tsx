// A page on which the status component shows a real client, as in an application. Parameter in
// `location.hash`: `port` of the server.
import { createRoot } from 'react-dom/client';
import ResilientWebSocket from '../../../web/index.js';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';

const port = new URLSearchParams(location.hash.slice(1)).get('port') ?? '';
const websocket = new ResilientWebSocket(`ws://127.0.0.1:${port}/`, {
  reconnectDelay: 1500,
  maxReconnectDelay: 1500,
  jitter: 0,
  logLevel: 'silent',
});
websocket.connect().catch(() => undefined);
const container = document.querySelector('main');
if (container === null) throw new Error('The page has no main element.');
createRoot(container).render(
  <WebSocketStatus websocket={websocket} floating quietFor={200} hideAfter={1000} />,
);
