// Owns putting the chat on the page, as a bundler's project does.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@advakod/resilient-websocket/styles.css';
import { Chat } from './chat.jsx';

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Chat />
  </StrictMode>,
);
