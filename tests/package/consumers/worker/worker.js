// Owns the client in a dedicated worker: connects to the address it is sent and tells what came first.
// A worker has no import map, so the package stands here with its path.
import ResilientWebSocket from '/node_modules/@advakod/resilient-websocket/dist/index.js';

self.onmessage = ({ data: url }) => {
  const websocket = new ResilientWebSocket(url, { logLevel: 'silent' });
  const story = [];
  websocket.once('message', ({ type }) => {
    story.push(type);
    websocket.disconnect();
  });
  websocket.on('stateChange', (state) => {
    story.push(state);
    if (state !== 'disconnected') return;
    websocket.destroy();
    self.postMessage(story);
  });
  websocket.connect();
};
