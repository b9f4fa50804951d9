// Clients inside what Vue and MobX wrap objects in. Prints what each page would show, as JSON.
import ResilientWebSocket from '@advakod/resilient-websocket';
import { autorun, makeAutoObservable, observable, runInAction } from 'mobx';
import { computed, effectScope, nextTick, reactive, readonly, ref, shallowRef, watch } from 'vue';
import { WebSocket, WebSocketServer } from 'ws';

globalThis.WebSocket = WebSocket;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
await new Promise((resolve) => server.once('listening', resolve));
server.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
const url = `ws://127.0.0.1:${server.address().port}/`;

const create = () => new ResilientWebSocket(url, { logLevel: 'silent', jitter: 0, reconnectDelay: 10 });
/** The next event of that name. */
const next = (websocket, name) => new Promise((resolve) => websocket.once(name, resolve));

/** Uses every kind of member through the wrapper, and loses the connection once. */
async function use(websocket) {
  const states = [];
  websocket.on('stateChange', (state) => states.push(state));
  await websocket.connect();
  const echo = next(websocket, 'message');
  websocket.send({ hello: 'world' });
  const message = await echo;
  websocket.options.pingInterval = 5000;
  const reopened = next(websocket, 'open');
  for (const socket of server.clients) socket.terminate();
  await reopened;
  const found = {
    message,
    states,
    isConnected: websocket.isConnected,
    pingInterval: websocket.options.pingInterval,
    connections: websocket.connectionStats.totalConnections,
    queued: websocket.messageQueue.length,
  };
  websocket.destroy();
  return found;
}

/** A component that keeps a client in a ref and shows its state. */
async function vueComponent() {
  const scope = effectScope();
  const websocket = create();
  const shown = await scope.run(async () => {
    const held = ref(websocket);
    const revision = ref(0);
    const state = computed(() => (revision.value, held.value.connectionState));
    const seen = [];
    watch(state, (value) => seen.push(value), { flush: 'sync' });
    held.value.on('stateChange', () => revision.value++);
    await held.value.connect();
    held.value.disconnect();
    await nextTick();
    return { seen, isSame: held.value === websocket };
  });
  scope.stop();
  websocket.destroy();
  return shown;
}

/** A store whose members are made observable, the client among them. */
async function mobxStore() {
  class Store {
    websocket = create();
    messages = [];
    constructor() {
      makeAutoObservable(this);
      this.websocket.on('message', (message) => runInAction(() => this.messages.push(message)));
    }
  }
  const store = new Store();
  const counts = [];
  const stop = autorun(() => counts.push(store.messages.length));
  await store.websocket.connect();
  const arrived = next(store.websocket, 'message');
  store.websocket.send({ n: 1 });
  await arrived;
  stop();
  const { messages } = store;
  store.websocket.destroy();
  return { counts, messages: JSON.parse(JSON.stringify(messages)) };
}

const results = {
  'ref()': await use(ref(create()).value),
  'shallowRef()': await use(shallowRef(create()).value),
  'reactive()': await use(reactive({ websocket: create() }).websocket),
  'readonly()': await use(readonly({ websocket: create() }).websocket),
  'observable()': await use(observable({ websocket: create() }).websocket),
  'observable.map()': await use(observable.map([['feed', create()]]).get('feed')),
  component: await vueComponent(),
  store: await mobxStore(),
};
console.log(JSON.stringify(results));
server.close();
