// Clients inside what Vue and MobX wrap objects in keep their type.
import ResilientWebSocket from '@advakod/resilient-websocket';
import { observable } from 'mobx';
import { reactive, ref } from 'vue';

type Incoming = { readonly price: number };
const held = ref(new ResilientWebSocket<Incoming>('wss://example.com/feed'));
held.value.on('message', (message) => message.price.toFixed(2));
held.value.send({ subscribe: 'prices' });
held.value = new ResilientWebSocket<Incoming>('wss://example.com/other');

const state = reactive({ websocket: new ResilientWebSocket<Incoming>('wss://example.com/feed') });
state.websocket.options.pingInterval = 5000;

const store = observable({ websocket: new ResilientWebSocket<Incoming>('wss://example.com/feed') });
store.websocket.connect().catch(() => undefined);

function show(websocket: ResilientWebSocket<Incoming>): string {
  return websocket.connectionState;
}
show(held.value);
show(state.websocket);
show(store.websocket);
