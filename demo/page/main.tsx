// The entry of the page: reads the URL and renders the app.
import '@advakod/resilient-websocket/styles.css';
import './styles/main.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { demonstrateResilientWebSocket, type DemonstrationOptions } from '../websocket-demo.js';
import { App } from './app.js';
import { createChatApi } from './chat_api.js';
import { readParameters } from './parameters.js';

const backendPort = document.querySelector<HTMLMetaElement>('meta[name=backend-port]')?.content ?? '8000';
const parameters = readParameters(new URLSearchParams(location.search), location.hostname, backendPort);

// The guided tour, for use in the console; it connects to this page's server unless it is given another URL.
const generalUrl = `${parameters.backendUrl}/general?${new URLSearchParams({ token: parameters.token }).toString()}`;
Object.assign(globalThis, {
  demonstrateResilientWebSocket: (options: DemonstrationOptions = {}) =>
    demonstrateResilientWebSocket({ url: generalUrl, ...options }),
});

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App parameters={parameters} api={createChatApi(parameters.token)} />
  </StrictMode>,
);
