// The client in a dedicated worker: connects to the URL it receives, and returns the states and the type of
// the first message. A worker has no import map, so the package is imported by its path.
import ResilientWebSocket from '/node_modules/@advakod/resilient-websocket/dist/index.js';

self.onmessage = ({ data: url }) => {
  const websocket = new ResilientWebSocket(url, { logLevel: 'silent' });
  const events = [];
  websocket.once('message', ({ type }) => {
    events.push(type);
    websocket.disconnect();
  });
  websocket.on('stateChange', (state) => {
    events.push(state);
    if (state !== 'disconnected') return;
    websocket.destroy();
    self.postMessage(events);
  });
  websocket.connect();
};
