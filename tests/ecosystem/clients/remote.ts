// The functions by which the tests control the clients, in Node and in pages.
import { WebSocket } from '@advakod/resilient-websocket/websocket';
import { connect as centrifuge } from './centrifuge.js';
import { connect as graphqlWs } from './graphql_ws.js';
import { connect as mqtt } from './mqtt.js';
import { connect as rpcWebsockets } from './rpc_websockets.js';
import { connect as rxjs } from './rxjs.js';
import type { Connect, Session, SocketClass } from './session.js';
import { connect as sharedb } from './sharedb.js';
import { connect as stompjs } from './stompjs.js';
import { connect as trpc } from './trpc.js';
import { connect as vscodeWsJsonrpc } from './vscode_ws_jsonrpc.js';
import { connect as websocketAsPromised } from './websocket_as_promised.js';
import { connect as yWebsocket } from './y_websocket.js';

const libraries: Readonly<Record<string, Connect>> = {
  rxjs,
  sharedb,
  'websocket-as-promised': websocketAsPromised,
  'vscode-ws-jsonrpc': vscodeWsJsonrpc,
  'rpc-websockets': rpcWebsockets,
  'graphql-ws': graphqlWs,
  'y-websocket': yWebsocket,
  '@trpc/client': trpc,
  '@stomp/stompjs': stompjs,
  centrifuge,
  mqtt,
};

interface Opened {
  readonly session: Session;
  readonly sockets: readonly WebSocket[];
  lost?: Promise<unknown>;
}

const opened = new Map<string, Opened>();

function find(name: string): Opened {
  const found = opened.get(name);
  if (found === undefined) throw new Error(`not opened: ${name}`);
  return found;
}

/** The functions that the tests call. `platform`: the class for the sockets, where the platform has none. */
export const createRemote = (platform?: unknown) => ({
  open: async (name: string, url: string): Promise<void> => {
    const sockets: WebSocket[] = [];
    const common = {
      minReconnectionDelay: 100,
      maxReconnectionDelay: 500,
      connectionTimeout: 5000,
      closeGrace: 1000,
      pingInterval: 1000,
      pongTimeout: 2000,
      ...(platform === undefined ? {} : { WebSocket: platform as typeof globalThis.WebSocket }),
    };
    const classWith = (options: object): SocketClass & typeof WebSocket =>
      class extends WebSocket {
        constructor(address: string | URL, protocols?: string | string[]) {
          super(String(address), protocols, { ...common, ...options });
          sockets.push(this);
        }
      };
    const connect = libraries[name];
    if (connect === undefined) throw new Error(`no such library: ${name}`);
    opened.set(name, { session: await connect({ url, classWith }), sockets });
  },

  roundTrip: (name: string, text: string): Promise<string> => find(name).session.roundTrip(text),

  /** Begins to watch for the end of the present connection; see `lost`. */
  watch: (name: string): void => {
    const found = find(name);
    const socket = found.sockets.at(-1);
    if (socket?.readyState !== WebSocket.OPEN) throw new Error('there is no connection');
    found.lost = new Promise((resolve) => {
      socket.addEventListener('close', resolve, { once: true });
    });
  },

  /** Resolves when the connection is lost, as the class reports it. */
  lost: async (name: string): Promise<void> => {
    await find(name).lost;
  },

  close: async (name: string): Promise<void> => {
    await find(name).session.close();
  },
});

/** Sends a text to an echo server, without options; resolves with what comes back. */
export function echoWithoutOptions(url: string, text: string): Promise<unknown> {
  const socket = new WebSocket(url);
  socket.send(text);
  return new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      socket.close();
      resolve(data);
    };
  });
}
