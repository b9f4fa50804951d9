// The server's side of a session on a scripted socket, and what the client has sent on it.
import { type ResilientWebSocketOptions, type UrlSource } from '../../../web/index.js';
import { createClient, serverUrl, type Client } from './harness.js';
import { ScriptedWebSocket } from './scripted_web_socket.js';

export const sessionId = 'S3SS10N-1D-0123456789';

interface ControlFrame {
  readonly rws: string;
  readonly [member: string]: unknown;
}

const isControl = (frame: unknown): frame is string =>
  typeof frame === 'string' && frame.startsWith('{"rws":"');

/** The control frames that the client has sent on a socket, parsed. */
export function controlOn(socket: ScriptedWebSocket, name?: string): ControlFrame[] {
  const frames = socket.sent.filter(isControl).map((frame) => JSON.parse(frame) as ControlFrame);
  return frames.filter(({ rws }) => name === undefined || rws === name);
}

/** The messages that the client has sent on a socket. */
export function messagesOn(socket: ScriptedWebSocket): unknown[] {
  return socket.sent.filter((frame) => !isControl(frame));
}

/** Delivers `welcome`; for a new session unless the members say otherwise. */
export function welcome(socket = ScriptedWebSocket.last, members: object = {}): void {
  socket.deliverJson({
    ...{ rws: 'welcome', v: 1, session: sessionId, resumed: false, received: 0 },
    ...{ window: 1000, maxMessage: 1_000_000, ttl: 60_000 },
    ...members,
  });
}

/** Delivers `ack`. */
export function acknowledge(received: number, socket = ScriptedWebSocket.last): void {
  socket.deliverJson({ rws: 'ack', received });
}

/** A client with the option `session` whose socket is open and waits for `welcome`. */
export function createGreeting(options: ResilientWebSocketOptions = {}, url: UrlSource = serverUrl): Client {
  const client = createClient({ session: true, enableHeartbeat: false, ...options }, url);
  void client.websocket.connect();
  ScriptedWebSocket.last.open();
  return client;
}

/** A client with a new session on an open connection; the events so far are forgotten. */
export function createInSession(options: ResilientWebSocketOptions = {}): Client {
  const client = createGreeting(options);
  welcome();
  client.events.length = 0;
  return client;
}
