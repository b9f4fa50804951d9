// Renders the chat without a build.
import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Chat } from './chat.js';

createRoot(document.getElementById('root')).render(createElement(StrictMode, null, createElement(Chat)));
