// Renders the chat, as in a project with a bundler.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@advakod/resilient-websocket/styles.css';
import { Chat } from './chat.jsx';

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Chat />
  </StrictMode>,
);
