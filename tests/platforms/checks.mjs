// Checks the package on the platform that runs this program: Node, Bun or Deno. The first argument is the URL of the
// package's module, the second the addresses of the servers as JSON, the third a module with a WebSocket for
// platforms that have none. Prints a line for each check, and ends by itself if nothing is left behind.
const [packageUrl, addresses, webSocketUrl] = process.argv.slice(2);
const { default: ResilientWebSocket, HandshakeError } = await import(packageUrl);
const { WebSocket } = await import(new URL('websocket.js', packageUrl));
const urls = JSON.parse(addresses);
const given = webSocketUrl ? { WebSocket: (await import(webSocketUrl)).WebSocket } : {};
Object.assign(globalThis, given);

const SECRET = 'S3CR3T';
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const clients = [];
const logged = [];
for (const method of ['debug', 'log', 'warn', 'error']) {
  const original = console[method];
  console[method] = (...args) => {
    if (String(args[0]).startsWith('ResilientWebSocket:')) logged.push(args.map(String).join(' '));
    else original(...args);
  };
}

function create(url, options) {
  const client = new ResilientWebSocket(url, { logLevel: 'debug', jitter: 0, ...options });
  const events = [];
  for (const name of ['error', 'close', 'stateChange', 'message']) {
    client.on(name, (value) => events.push([name, value]));
  }
  clients.push(client);
  const once = (name) => new Promise((resolve) => client.once(name, resolve));
  return { client, events, once };
}

function expect(condition, detail) {
  if (!condition) throw new Error(JSON.stringify(detail) ?? String(detail));
}

/** What the platform itself says of a refused handshake. Bun 1.2 has no error event for a status that is not 101. */
function messageOf(url) {
  return new Promise((resolve) => {
    const socket = new globalThis.WebSocket(url);
    socket.onerror = ({ message }) => resolve(message);
    socket.onclose = () => resolve(undefined);
  });
}

/** Whether the platform has a close event inside close(), and calls it clean, although no close frame has arrived. */
async function pretendsToCloseCleanly(url) {
  const socket = new globalThis.WebSocket(url);
  await new Promise((resolve) => (socket.onopen = resolve));
  socket.onerror = () => undefined;
  let wasClean = false;
  socket.onclose = (event) => (wasClean = event.wasClean);
  socket.close();
  return wasClean;
}

/** A socket of the class, which gets its WebSocket by the option where the platform has none. */
function createSocket(url, options) {
  const socket = new WebSocket(url, [], { minReconnectionDelay: 50, jitter: 0, ...given, ...options });
  const next = (name) => new Promise((resolve) => socket.addEventListener(name, resolve, { once: true }));
  clients.push({ destroy: () => socket.close() });
  return { socket, next };
}

async function withoutGlobalWebSocket(check) {
  const original = globalThis.WebSocket;
  if (webSocketUrl) globalThis.WebSocket = undefined;
  try {
    await check();
  } finally {
    globalThis.WebSocket = original;
  }
}

const pingText = { message: 'ping', isReply: (data) => data === 'pong' };

function authenticate(token) {
  return async ({ send, receive }) => {
    send(`auth ${token}`);
    if ((await receive()) !== 'welcome') throw new HandshakeError(4401, 'Token refused');
  };
}

const checks = {
  'messages go both ways, and disconnect() closes with 1000': async () => {
    const { client, once } = create(urls.echo, { binaryType: 'arraybuffer' });
    await client.connect();
    client.send({ text: 'ж' });
    expect((await once('message')).text === 'ж', 'JSON');
    client.send(new Uint8Array([1, 2, 3]));
    const binary = await once('message');
    expect(binary instanceof ArrayBuffer && binary.byteLength === 3, String(binary));
    const closed = once('close');
    client.disconnect();
    const { code, wasClean } = await closed;
    expect(code === 1000 && wasClean, { code, wasClean });
  },
  'binary messages arrive whatever the platform makes of binaryType': async () => {
    const { client, once } = create(urls.echo);
    await client.connect();
    expect(client.connectionState === 'connected', client.connectionState);
    client.send(new Uint8Array([1, 2, 3]));
    const binary = await once('message');
    expect((binary.byteLength ?? binary.size) === 3, String(binary));
  },
  'for await gives the messages until disconnect()': async () => {
    const { client } = create(urls.echo);
    await client.connect();
    for (const text of ['a', 'b', 'c']) client.send(text);
    const received = [];
    for await (const message of client) {
      received.push(message);
      if (received.length === 3) client.disconnect();
    }
    expect(received.join() === 'a,b,c', received);
  },
  'a code and a reason of the user reach the server': async () => {
    const { client, once } = create(urls.echo);
    await client.connect();
    const closed = once('close');
    client.disconnect(4001, 'bye');
    const { code, wasClean } = await closed;
    expect(code === 4001 && wasClean, { code, wasClean });
  },
  'a server that never answers the close frame': async () => {
    const { client, once } = create(urls.mute, { closeGrace: 300 });
    await client.connect();
    const started = Date.now();
    // Bun 1.2 has the close event inside close().
    const closed = once('close');
    client.disconnect(4001, 'bye');
    const { code, wasClean } = await closed;
    const mayBeClean = await pretendsToCloseCleanly(urls.mute);
    expect(code === 4001 && wasClean === mayBeClean && Date.now() - started < 2000, { code, wasClean });
  },
  'the client survives what the platform says of a released socket': async () => {
    for (const url of [urls.hanging, urls.refused]) {
      for (const end of [['destroy'], ['reconnect'], ['disconnect', 'destroy'], ['reconnect', 'destroy']]) {
        for (const delay of [0, 20]) {
          const { client } = create(url);
          client.connect().catch(() => undefined);
          await pause(delay);
          for (const command of end) client[command]();
        }
      }
    }
    await pause(100);
  },
  'connectionTimeout ends an attempt': async () => {
    const { client, once } = create(urls.hanging, { connectionTimeout: 100, enableAutoReconnect: false });
    client.connect().catch(() => undefined);
    const { code, reason } = await once('close');
    expect(code === 1006 && reason === 'Connection timeout', { code, reason });
    await pause(100);
  },
  'the class WebSocket: messages go both ways, and close() ends it': () =>
    withoutGlobalWebSocket(async () => {
      const { socket, next } = createSocket(urls.commands, { debug: true });
      socket.binaryType = 'arraybuffer';
      expect(
        socket.readyState === WebSocket.CONNECTING && socket instanceof globalThis.EventTarget,
        socket.readyState,
      );
      socket.send('ж');
      await next('open');
      expect(socket.readyState === WebSocket.OPEN, socket.readyState);
      expect((await next('message')).data === 'ж', 'text');
      socket.send(new Uint8Array([1, 2, 3]));
      const { data } = await next('message');
      expect(data instanceof ArrayBuffer && data.byteLength === 3, String(data));
      const closed = next('close');
      socket.close(4002, 'bye');
      const { code, reason, wasClean } = await closed;
      expect(code === 4002 && reason === 'bye' && wasClean, { code, reason, wasClean });
      expect(socket.readyState === WebSocket.CLOSED, socket.readyState);
    }),
  'the class WebSocket connects again to a server that was started again, and sends the queue': () =>
    withoutGlobalWebSocket(async () => {
      const { socket, next } = createSocket(urls.commands);
      await next('open');
      const closed = next('close');
      socket.send('restart');
      const { wasClean } = await closed;
      expect(!wasClean && socket.readyState === WebSocket.CONNECTING, { wasClean, state: socket.readyState });
      const opened = next('open');
      const received = next('message');
      socket.send('queued');
      await opened;
      expect((await received).data === 'queued', 'the queue');
      const ended = next('close');
      socket.close();
      expect((await ended).wasClean && socket.readyState === WebSocket.CLOSED, socket.readyState);
    }),
  'a heartbeat of another protocol: replies are no messages, and a dead connection is replaced': () =>
    withoutGlobalWebSocket(async () => {
      const options = { heartbeat: pingText, pingInterval: 100, pongTimeout: 300, closeGrace: 300 };
      const { socket, next } = createSocket(urls.commands, options);
      await next('open');
      const received = [];
      socket.addEventListener('message', ({ data }) => received.push(data));
      const answered = new Promise((resolve) => socket.client.once('latency', resolve));
      expect((await answered).roundTripTime >= 0, 'latency');
      expect(received.length === 0, received);
      const closed = next('close');
      socket.send('freeze');
      expect((await closed).code !== 1000, 'the close of a dead connection');
      await next('open');
      const echoed = next('message');
      socket.send('alive');
      expect((await echoed).data === 'alive', received);
    }),
  'a heartbeat of another protocol in the client': async () => {
    const { client, events, once } = create(urls.commands, { heartbeat: pingText, confirmAfter: 20 });
    await client.connect();
    client.send('text');
    await once('latency');
    const messages = events.filter(([event]) => event === 'message').map(([, value]) => value);
    expect(messages.join() === 'text', messages);
  },
  'a handshake is done before the queue is sent': async () => {
    const { client, once } = create(urls.commands, {
      handshake: authenticate('good'),
      messageFormat: 'text',
    });
    client.send('queued');
    const received = once('message');
    await client.connect();
    expect((await received) === 'queued', 'the queue');
  },
  'a handshake that fails ends the attempt with its code': async () => {
    const options = { handshake: authenticate('bad'), enableAutoReconnect: false };
    const { client, once } = create(urls.commands, options);
    const closed = once('close');
    const failure = await client.connect().catch((error) => error);
    expect(failure.name === 'ConnectionError' && failure.code === 4401, String(failure));
    expect((await closed).code === 4401, 'the close event');
  },
};

for (const name of ['refused', 'unauthorized']) {
  checks[`a handshake that is ${name} ends the attempt at once, and says why`] = async () => {
    const { client, events } = create(urls[name], { enableAutoReconnect: false });
    const started = Date.now();
    const failure = await client.connect().catch((error) => error);
    expect(Date.now() - started < 2000 && failure.name === 'ConnectionError', String(failure));
    await pause(50);
    const [[, error], [, close], ...rest] = events.filter(([event]) => event !== 'stateChange');
    // Bun 1.2 has 1002 for a refusal.
    expect([1002, 1006].includes(close.code) && rest.length === 0, events);
    console.log(`# ${name}: ${error.cause?.message}`);
    // Node from 24 on has no message.
    if (!(await messageOf(urls[name]))) return;
    expect(error.cause instanceof Error && error.cause.message !== '', error);
    expect(!error.cause.message.includes(SECRET), error.cause.message);
    expect(logged.includes(`ResilientWebSocket: ${error.cause.message}`), logged);
  };
}

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await Promise.race([check(), pause(8000).then(() => expect(false, 'nothing happened for 8 s'))]);
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.message}`);
  }
}
for (const client of clients) client.destroy();
expect(!logged.join().includes(SECRET), 'a secret was logged');
process.exitCode = failed === 0 ? 0 : 1;
