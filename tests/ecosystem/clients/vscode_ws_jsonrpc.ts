// vscode-ws-jsonrpc: `listen` makes a JSON-RPC connection at every `open` of the same socket.
import type { MessageConnection } from 'vscode-jsonrpc';
import { listen } from 'vscode-ws-jsonrpc';
import { Signal, type Connect } from './session.js';

const ping = { jsonrpc: '2.0', id: 'heartbeat', method: 'ping' };
const silentLogger = { error() {}, warn() {}, info() {}, log() {}, debug() {} };

export const connect: Connect = ({ url, classWith }) => {
  const heartbeat = { message: JSON.stringify(ping), isReply };
  const webSocket = new (classWith({ heartbeat }))(url);
  const opened = new Signal();
  let current: MessageConnection | undefined;
  listen({
    webSocket,
    logger: silentLogger,
    onConnection: (connection) => {
      current = connection;
      connection.onClose(() => opened.reset());
      connection.listen();
      opened.set();
    },
  });
  return {
    roundTrip: async (text) => {
      await opened.promise;
      return (await current?.sendRequest<string>('echo', text)) ?? '';
    },
    close: () => webSocket.close(),
  };
};

function isReply(text: unknown): boolean {
  return typeof text === 'string' && (JSON.parse(text) as { id?: unknown }).id === ping.id;
}
