// Owns the rule that only the present socket can be left.
import { expect, test } from 'vitest';
import { CurrentSocket } from '../../web/current_socket.js';

test('leaving an earlier socket does not touch its successor', () => {
  const current = new CurrentSocket();
  const socket = { readyState: 1 } as WebSocket;
  expect(current.readyState).toBe(3);
  current.adopt(2, socket);
  current.leave(1);
  expect(current).toMatchObject({ attempt: 2, socket, readyState: 1 });
  current.leave(2);
  expect(current).toMatchObject({ attempt: 0, socket: null, readyState: 3 });
});
