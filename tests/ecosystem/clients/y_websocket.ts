// y-websocket: two documents of one room. The provider connects again, and synchronizes what was missed.
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Connect } from './session.js';

export const connect: Connect = ({ url, classWith }) => {
  const options = {
    WebSocketPolyfill: classWith({ enableAutoReconnect: false, heartbeat: { silence: 3000 } }),
    disableBc: true,
  };
  const documents = [new Y.Doc(), new Y.Doc()] as const;
  const providers = documents.map((document) => new WebsocketProvider(url, 'room', document, options));
  // The protocol has no pings, but the server returns the awareness states. The provider sends its own every 15 s; here that
  // happens more often.
  const timer = setInterval(() => providers.forEach(({ awareness }) => awareness.setLocalState({})), 500);
  const [written, read] = documents.map((document) => document.getArray<string>('texts'));
  return {
    roundTrip: (text) =>
      new Promise((resolve) => {
        const arrived = (): void => {
          if (read?.toArray().includes(text) !== true) return;
          read.unobserve(arrived);
          resolve(text);
        };
        read?.observe(arrived);
        written?.push([text]);
      }),
    close: () => {
      clearInterval(timer);
      for (const provider of providers) provider.destroy();
    },
  };
};
