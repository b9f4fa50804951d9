// websocket-as-promised: it drops its socket at `close`. `open()` is given the same socket again, which connects by itself.
import WebSocketAsPromised from 'websocket-as-promised';
import { Signal, type Connect, type Numbered } from './session.js';

export const connect: Connect = async ({ url, classWith }) => {
  const heartbeat = { message: '{"type":"ping"}', isReply: (text: unknown) => text === '{"type":"pong"}' };
  const socket = new (classWith({ heartbeat }))(url);
  const client = new WebSocketAsPromised(url, {
    createWebSocket: () => socket,
    extractMessageData: (event: MessageEvent) => event.data,
    packMessage: (data) => JSON.stringify(data),
    unpackMessage: (data) => JSON.parse(data as string) as object,
    attachRequestId: (data: object, id) => ({ ...data, id }),
    extractRequestId: (data?: Numbered) => data?.id,
  });
  const opened = new Signal();
  const open = (): void => {
    client.open().then(
      () => opened.set(),
      // After each attempt that fails.
      () => undefined,
    );
  };
  let isClosed = false;
  socket.addEventListener('close', () => opened.reset());
  client.onClose.addListener(() => {
    if (!isClosed) open();
  });
  open();
  await opened.promise;
  return {
    roundTrip: async (text) => {
      await opened.promise;
      return ((await client.sendRequest({ text })) as Numbered).text;
    },
    close: () => {
      isClosed = true;
      return client.close();
    },
  };
};
