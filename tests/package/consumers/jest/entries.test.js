// Checks that every entry can be loaded with require().

test.each([
  ['@advakod/resilient-websocket', 'ResilientWebSocket', 'default'],
  ['@advakod/resilient-websocket/services/ResilientWebSocket', 'ResilientWebSocket', 'default'],
  ['@advakod/resilient-websocket/no-wasm', 'ResilientWebSocket', 'default'],
  ['@advakod/resilient-websocket/websocket', 'WebSocket', 'default'],
  ['@advakod/resilient-websocket/react', 'useChatWebSocket', 'ResilientWebSocketProvider'],
  ['@advakod/resilient-websocket/components/WebSocketStatus', 'WebSocketStatus', 'default'],
  ['@advakod/resilient-websocket/hooks/useChatWebSocket', 'useChatWebSocket', 'default'],
  ['@advakod/resilient-websocket/demo/websocket-demo', 'demonstrateResilientWebSocket'],
])('require(%s)', (entry, ...names) => {
  const loaded = require(entry);
  // By type: the EventTarget of jsdom, and what extends it, belongs to another realm.
  for (const name of names) expect(typeof loaded[name]).toBe('function');
});

test('all entries export the same class, hook and component', () => {
  const name = '@advakod/resilient-websocket';
  expect(require(`${name}/components/WebSocketStatus`).default).toBe(
    require(`${name}/react`).WebSocketStatus,
  );
  expect(require(`${name}/services/ResilientWebSocket`).default).toBe(require(name).ResilientWebSocket);
  expect(require(`${name}/hooks/useChatWebSocket`).default).toBe(require(`${name}/react`).useChatWebSocket);
});
