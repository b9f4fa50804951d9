// Measures the time and heap that one message costs on the thread it is sent from, without a network. The
// comparison with the bare socket is made in ../measurements/cost.ts.
import { type Client, type Contender } from '../contenders/contender.js';
import { ticks } from './macrotasks.js';
import { StubSocket } from './stub_socket.js';

/**
 * `format` json: the application sends and receives values rather than text. `both`: sending and receiving
 * alternately.
 */
export interface CostCase {
  readonly direction: 'out' | 'in' | 'both';
  readonly format: 'text' | 'json';
  /** Messages per task; undefined: all in one task. */
  readonly burst?: number;
  readonly alphabet?: 'latin' | 'cyrillic';
}

const createTexts = (alphabet: 'latin' | 'cyrillic' = 'latin'): string[] =>
  Array.from({ length: 16 }, (_, index) => {
    const text = JSON.stringify({ type: 'message', id: 1000 + index, content: '' });
    const letter = alphabet === 'latin' ? 'a' : 'ж';
    return text.replace('""', `"${letter.repeat(100 - text.length)}"`);
  });

interface TestClient {
  readonly client: Client;
  readonly socket: StubSocket;
  received: number;
}

const testClients = new Map<string, Promise<TestClient>>();
let lastReceived: unknown = null;

/** The connected client for one format, with a stub socket. */
function getTestClient(contender: Contender, format: CostCase['format']): Promise<TestClient> {
  let testClient = testClients.get(format);
  if (!testClient) {
    testClient = createTestClient(contender, format);
    testClients.set(format, testClient);
  }
  return testClient;
}

async function createTestClient(contender: Contender, format: CostCase['format']): Promise<TestClient> {
  Object.assign(globalThis, { WebSocket: StubSocket });
  const testClient = { received: 0 };
  const onTextMessage = (data: unknown): void => {
    testClient.received += 1;
    lastReceived = data;
  };
  const onJsonMessage = (data: unknown): void => {
    testClient.received += 1;
    lastReceived = JSON.parse(data as string);
  };
  const isConnected = new Promise<Client>((resolve) => {
    const onMessage = format === 'json' && !contender.parses ? onJsonMessage : onTextMessage;
    const { client } = contender.open('ws://localhost/stub', {
      format,
      onMessage,
      isServerSilent: true,
      onOpen: () => {
        setTimeout(() => {
          resolve(client);
        }, 0);
      },
    });
  });
  const client = await isConnected;
  const socket = StubSocket.latest;
  if (socket === null) throw new Error('No socket was created');
  return Object.assign(testClient, { client, socket });
}

interface Work {
  /** Creates what `run` needs for so many messages, which is not measured. */
  readonly prepare?: (count: number) => void;
  /** Sends or receives so many messages. */
  readonly run: (count: number) => void;
}

function createSendWork({ client }: TestClient, parses: boolean, { format, alphabet }: CostCase): Work {
  const messages = createTexts(alphabet);
  if (format === 'text') {
    return {
      run: (count) => {
        for (let index = 0; index < count; index += 1) client.send(messages[index & 15] as string);
      },
    };
  }
  const values = messages.map((text) => JSON.parse(text) as unknown);
  if (parses) {
    return {
      run: (count) => {
        for (let index = 0; index < count; index += 1) client.send(values[index & 15] as string);
      },
    };
  }
  return {
    run: (count) => {
      for (let index = 0; index < count; index += 1) client.send(JSON.stringify(values[index & 15]));
    },
  };
}

function createReceiveWork({ socket }: TestClient, { alphabet }: CostCase): Work {
  const texts = createTexts(alphabet);
  let events: MessageEvent[] = [];
  let next = 0;
  return {
    // Real MessageEvents, because clients copy and inspect them. As in a browser each is delivered once.
    prepare: (count) => {
      events = Array.from({ length: count }, (_, index) => {
        return new MessageEvent('message', { data: texts[index & 15] ?? '' });
      });
      next = 0;
    },
    run: (count) => {
      socket.deliver(events, next, count);
      next += count;
    },
  };
}

/** Sends and receives one message alternately. */
function createAlternatingWork(testClient: TestClient, parses: boolean, kind: CostCase): Work {
  const send = createSendWork(testClient, parses, kind);
  const receive = createReceiveWork(testClient, kind);
  return {
    prepare: (count) => receive.prepare?.(count),
    run: (count) => {
      for (let done = 0; done < count; done += 2) {
        send.run(1);
        receive.run(1);
      }
    },
  };
}

const workFactories = {
  out: createSendWork,
  in: (testClient: TestClient, _: boolean, kind: CostCase) => createReceiveWork(testClient, kind),
  both: createAlternatingWork,
};

const works = new Map<string, Work>();

async function getWork(
  contender: Contender,
  kind: CostCase,
): Promise<{ testClient: TestClient; work: Work }> {
  const testClient = await getTestClient(contender, kind.format);
  const key = JSON.stringify(kind);
  let work = works.get(key);
  if (!work) {
    work = workFactories[kind.direction](testClient, contender.parses, kind);
    works.set(key, work);
  }
  return { testClient, work };
}

/** Nanoseconds per message. */
export async function measureCost(contender: Contender, kind: CostCase, count: number): Promise<number> {
  const { testClient, work } = await getWork(contender, kind);
  const before = testClient.socket.sent + testClient.received;
  let milliseconds = 0;
  work.prepare?.(count);
  if (kind.burst === undefined) {
    const started = performance.now();
    work.run(count);
    milliseconds = performance.now() - started;
  } else {
    for (let done = 0; done < count; done += kind.burst) {
      await ticks(1);
      // The clock is coarse, but its errors cancel out on average.
      const started = performance.now();
      work.run(kind.burst);
      milliseconds += performance.now() - started;
    }
  }
  const handled = testClient.socket.sent + testClient.received - before;
  if (handled < count)
    throw new Error(`${handled} of ${count} messages arrived; the last: ${String(lastReceived)}`);
  return (milliseconds * 1e6) / handled;
}

/** Allocated heap bytes per message; `heapUsed` returns the size of the heap. */
export async function measureAllocation(
  contender: Contender,
  kind: CostCase,
  count: number,
  { collect, heapUsed }: { readonly collect: () => void; readonly heapUsed: () => number },
): Promise<number> {
  const { work } = await getWork(contender, kind);
  work.prepare?.(count);
  collect();
  const before = heapUsed();
  work.run(count);
  return (heapUsed() - before) / count;
}
