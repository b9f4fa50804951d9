// The servers that the checks of a platform connect to: good, restarting, freezing, refusing, hanging, and one that never
// answers a close frame.
import { createHash } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { WebSocketServer } from 'ws';

const HANDSHAKE_KEY = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455, 1.3

function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
}

// Answers the handshake, and nothing afterwards.
function createMute() {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (request) => {
      const [, key] = /sec-websocket-key: (\S+)/i.exec(String(request));
      const accept = createHash('sha1')
        .update(key + HANDSHAKE_KEY)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
    });
  });
}

function createEcho() {
  const http = createHttpServer();
  new WebSocketServer({ server: http }).on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      const text = String(data);
      if (text.includes('"ping"')) socket.send(text.replace('ping', 'pong'));
      else socket.send(data, { binary: isBinary });
    });
  });
  return http;
}

// Echoes, and does what some texts say. "restart" ends all its connections without a close frame, and refuses new ones
// for a while; after "freeze" nothing is answered on that connection.
function createCommands() {
  const http = createHttpServer();
  const webSockets = new WebSocketServer({ server: http });
  webSockets.on('connection', (socket) => {
    let isFrozen = false;
    const commands = {
      ping: () => socket.send('pong'),
      'auth good': () => socket.send('welcome'),
      'auth bad': () => socket.send('refused'),
      freeze() {
        isFrozen = true;
      },
      restart() {
        const { port } = http.address();
        for (const client of webSockets.clients) client.terminate();
        http.close(() => setTimeout(() => http.listen(port, '127.0.0.1'), 200));
      },
    };
    socket.on('message', (data, isBinary) => {
      if (isFrozen) return;
      const command = isBinary ? undefined : commands[String(data)];
      if (command) command();
      else socket.send(data, { binary: isBinary });
    });
  });
  return http;
}

function createUnauthorized() {
  return createHttpServer().on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
}

/** Starts them. The addresses have a token, which no error and no log line may show. */
export async function startServers() {
  const sockets = new Set();
  const servers = {
    echo: createEcho(),
    commands: createCommands(),
    unauthorized: createUnauthorized(),
    hanging: createServer(),
    mute: createMute(),
    refused: createServer(),
  };
  const urls = {};
  for (const [name, server] of Object.entries(servers)) {
    server.on('connection', (socket) => {
      sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
      // Platforms wait for a server like the hanging one for up to 30 s, and would not end.
      setTimeout(() => socket.destroy(), 5000).unref();
    });
    urls[name] = `ws://127.0.0.1:${await listen(server)}/ws?token=S3CR3T`;
  }
  // Its port is free from now on.
  await new Promise((resolve) => servers.refused.close(resolve));
  return {
    urls,
    close() {
      for (const server of Object.values(servers)) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
