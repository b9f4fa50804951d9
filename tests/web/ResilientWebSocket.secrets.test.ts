// No line on the console shows a token, a payload or a protocol.
import { expect, test, vi } from 'vitest';
import ResilientWebSocket, { type UrlSource } from '../../web/index.js';
import { settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const secret = 'S3CR3T';
const methods = ['debug', 'log', 'info', 'warn', 'error', 'trace', 'dir'] as const;

/** Everything the console is given from now on, as one text. */
function watchConsole(): () => string {
  const calls: unknown[][] = [];
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => void calls.push(args));
  }
  const show = (value: unknown) => (value instanceof Error ? `${value.stack}` : JSON.stringify(value));
  return () => calls.flat().map(show).join('\n');
}

async function live(websocket: ResilientWebSocket): Promise<void> {
  websocket.send(`queued ${secret}`, { ttl: 1 });
  vi.advanceTimersByTime(1);
  void websocket.connect();
  await settle();
  if (ScriptedWebSocket.made.length > 0) {
    ScriptedWebSocket.last.open();
    websocket.send({ secret });
    websocket.send(`${secret}`.repeat(20_000));
    const cycle: Record<string, unknown> = { secret };
    cycle[secret] = cycle;
    websocket.send(cycle);
    ScriptedWebSocket.last.deliver(`${secret} is not JSON`);
    ScriptedWebSocket.last.deliverJson({ secret });
    vi.spyOn(ScriptedWebSocket.last, 'send').mockImplementation(() => {
      throw new Error(secret);
    });
    websocket.send(secret);
    ScriptedWebSocket.last.end(1011);
    vi.advanceTimersByTime(1000);
    await settle();
    ScriptedWebSocket.last.end(1008);
  }
  vi.advanceTimersByTime(200_000);
  await settle();
  websocket.disconnect();
  websocket.destroy();
}

const sources: [string, UrlSource][] = [
  ['a value', `wss://user:${secret}@example.com/ws?token=${secret}`],
  ['a function', () => `wss://example.com/ws?token=${secret}`],
  ['an async function', () => Promise.resolve(`https://${secret}@example.com/ws?token=${secret}`)],
  ['a function with a bad answer', () => `nonsense ${secret}`],
  [
    'a function that throws',
    () => {
      throw new Error(secret);
    },
  ],
  ['a function that rejects', () => Promise.reject(new Error(secret))],
];

test.each(sources)('no line shows a secret when the URL is %s', async (_name, source) => {
  const written = watchConsole();
  await live(new ResilientWebSocket(source, { logLevel: 'debug', protocols: ['bearer', secret] }));
  expect(written()).toContain('ResilientWebSocket:');
  expect(written()).not.toContain(secret);
});

test('no line shows a secret when the WebSocket constructor throws with the URL in its message', async () => {
  vi.stubGlobal(
    'WebSocket',
    class {
      constructor(url: string) {
        throw new SyntaxError(`bad ${url}`);
      }
    },
  );
  const written = watchConsole();
  await live(new ResilientWebSocket(`wss://example.com/?token=${secret}`, { logLevel: 'debug' }));
  expect(written()).toContain('ResilientWebSocket:');
  expect(written()).not.toContain(secret);
});

test('no line shows a secret of a URL, an option or an action that was refused', () => {
  const written = watchConsole();
  expect(() => new ResilientWebSocket(`ftp://example.com/?token=${secret}`)).toThrow(SyntaxError);
  expect(() => new ResilientWebSocket('wss://example.com/', { protocols: `${secret} ${secret}` })).toThrow();
  const websocket = new ResilientWebSocket('wss://example.com/', { logLevel: 'debug' });
  websocket.applyRecoveryRecommendation(secret as never);
  websocket.destroy();
  expect(written()).not.toContain(secret);
});

test('a line names the address without credentials and query', () => {
  const written = watchConsole();
  const websocket = new ResilientWebSocket(`wss://me:${secret}@example.com:8443/ws/path?token=${secret}`);
  void websocket.connect();
  expect(written()).toContain('ResilientWebSocket: connecting to wss://example.com:8443/ws/path');
  websocket.destroy();
});
