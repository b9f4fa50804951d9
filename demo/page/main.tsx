// Owns the start of the page: reads the address, makes the connection, shows the app.
// Refuses to do anything later.
import './styles/main.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { demonstrateResilientWebSocket } from '../websocket-demo.js';
import { App } from './app.js';
import { createChatApi } from './chat_api.js';
import { readParameters } from './parameters.js';
import { createSessionChoice } from './session_choice.js';
import { createConnection } from './use_connection.js';

const backendPort = document.querySelector<HTMLMetaElement>('meta[name=backend-port]')?.content ?? '8000';
const parameters = readParameters(new URLSearchParams(location.search), location.hostname, backendPort);
const choice = createSessionChoice();
const connection = createConnection(() => {
  const sessionId = choice.get();
  const path = sessionId === null ? 'general' : `session/${sessionId}`;
  return `${parameters.backendUrl}/${path}?token=${encodeURIComponent(parameters.token)}`;
}, parameters.options);
connection.connect();

// For the console: the client of this page, and the guided tour.
Object.assign(globalThis, { websocket: connection.websocket, demonstrateResilientWebSocket });

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App
      parameters={parameters}
      connection={connection}
      api={createChatApi(parameters.token)}
      choice={choice}
    />
  </StrictMode>,
);
