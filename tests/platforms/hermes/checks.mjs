// Checks the package in Hermes, the engine of React Native, as an application uses it: bundled by Metro, with the Babel
// preset of React Native. scripts/support/hermes.mjs runs it.
import './globals.mjs';
import ResilientWebSocket from '@advakod/resilient-websocket/no-wasm';
import { useResilientWebSocket } from '@advakod/resilient-websocket/react';

const { advance, print, WebSocket } = globalThis;

function check(name, isRight) {
  print(`${isRight ? 'ok' : 'FAILED'} ${name}`);
}

const lastSocket = () => WebSocket.made[WebSocket.made.length - 1];

async function main() {
  check('there is no WebAssembly', typeof WebAssembly === 'undefined');
  check('the hooks can be imported', typeof useResilientWebSocket === 'function');

  const client = new ResilientWebSocket('wss://example.com/ws?token=1', { jitter: 0 });
  const messages = [];
  client.on('message', (message) => messages.push(message));
  const connected = client.connect();
  const first = lastSocket();
  first.open();
  await connected;
  check('connects', client.connectionState === 'connected' && first.url === 'wss://example.com/ws?token=1');

  client.send({ text: 'Привет' });
  check('sends', first.sent.join() === '{"text":"Привет"}');

  first.receive('{"answer":42}');
  first.receive('{"type":"ping","timestamp":1234567890123}');
  check('receives', JSON.stringify(messages) === '[{"answer":42}]');
  check('answers pings', first.sent[1] === '{"type":"pong","timestamp":1234567890123}');

  await advance(60_000);
  const pings = first.sent.filter((text) => text.includes('"ping"'));
  check('pings, and stays connected', pings.length >= 2 && client.connectionState === 'connected');

  first.end(1006, '', false);
  client.send('queued');
  check(
    'notices the loss',
    client.connectionState === 'reconnecting' && client.getStatus().queuedMessages === 1,
  );

  await advance(1000);
  const second = lastSocket();
  check('retries after a second', second !== first && WebSocket.made.length === 2);
  second.open();
  await advance(0);
  check('connects again and sends the queued message', second.sent.join() === 'queued');
  check('counts connections', client.getStatus().stats.totalConnections === 2);
  client.destroy();
}

main()
  .catch((error) => check(String(error), false))
  .then(() => print('end'));
