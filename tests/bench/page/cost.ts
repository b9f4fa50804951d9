// Owns the loops that show what one message costs the thread it is sent from, without a network.
// Refuses to judge: nanoseconds and bytes go back, the comparison with the bare socket is made elsewhere.
import { type Client, type Contender } from '../contenders/contender.js';
import { ticks } from './macrotasks.js';
import { StubSocket } from './stub_socket.js';

/** out: from the application; in: to its listener; both: one after the other. json: values rather than text on the application's side. */
export interface CostCase {
  readonly direction: 'out' | 'in' | 'both';
  readonly format: 'text' | 'json';
  /** Messages in a task; undefined: all in one. */
  readonly burst?: number;
  readonly alphabet?: 'latin' | 'cyrillic';
}

const texts = (alphabet: 'latin' | 'cyrillic' = 'latin'): string[] =>
  Array.from({ length: 16 }, (_, index) => {
    const text = JSON.stringify({ type: 'message', id: 1000 + index, content: '' });
    const letter = alphabet === 'latin' ? 'a' : 'ж';
    return text.replace('""', `"${letter.repeat(100 - text.length)}"`);
  });

interface Stand {
  readonly client: Client;
  readonly socket: StubSocket;
  received: number;
}

const stands = new Map<string, Promise<Stand>>();
let lastReceived: unknown = null;

/** The client of one format, over the stub, connected. */
function standFor(contender: Contender, format: CostCase['format']): Promise<Stand> {
  let stand = stands.get(format);
  if (!stand) {
    stand = create(contender, format);
    stands.set(format, stand);
  }
  return stand;
}

async function create(contender: Contender, format: CostCase['format']): Promise<Stand> {
  Object.assign(globalThis, { WebSocket: StubSocket });
  const stand = { received: 0 };
  const take = (data: unknown): void => {
    stand.received += 1;
    lastReceived = data;
  };
  const parse = (data: unknown): void => {
    stand.received += 1;
    lastReceived = JSON.parse(data as string);
  };
  const isConnected = new Promise<Client>((resolve) => {
    const message = format === 'json' && !contender.parses ? parse : take;
    const { client } = contender.open('ws://localhost/stub', {
      format,
      message,
      isMute: true,
      opened: () => {
        setTimeout(() => {
          resolve(client);
        }, 0);
      },
    });
  });
  const client = await isConnected;
  const socket = StubSocket.latest;
  if (socket === null) throw new Error('No socket was created');
  return Object.assign(stand, { client, socket });
}

/** A function that sends or receives so many messages. */
type Work = (count: number) => void;

function workOut({ client }: Stand, parses: boolean, { format, alphabet }: CostCase): Work {
  const messages = texts(alphabet);
  if (format === 'text') {
    return (count) => {
      for (let index = 0; index < count; index += 1) client.send(messages[index & 15] as string);
    };
  }
  const values = messages.map((text) => JSON.parse(text) as unknown);
  if (parses) {
    return (count) => {
      for (let index = 0; index < count; index += 1) client.send(values[index & 15] as string);
    };
  }
  return (count) => {
    for (let index = 0; index < count; index += 1) client.send(JSON.stringify(values[index & 15]));
  };
}

function workIn({ socket }: Stand, { alphabet }: CostCase): Work {
  // Of the platform's own class, as clients copy and inspect them; made beforehand, so that this is not counted.
  const events = texts(alphabet).map((data) => new MessageEvent('message', { data }));
  return (count) => {
    socket.deliver(events, count);
  };
}

/** A message out and one in, as in a conversation. */
function workBoth(stand: Stand, parses: boolean, kind: CostCase): Work {
  const workOne = [workOut(stand, parses, kind), workIn(stand, kind)] as const;
  return (count) => {
    for (let done = 0; done < count; done += 2) {
      workOne[0](1);
      workOne[1](1);
    }
  };
}

const makers = {
  out: workOut,
  in: (stand: Stand, _: boolean, kind: CostCase) => workIn(stand, kind),
  both: workBoth,
};

const works = new Map<string, Work>();

async function workFor(contender: Contender, kind: CostCase): Promise<{ stand: Stand; work: Work }> {
  const stand = await standFor(contender, kind.format);
  const key = JSON.stringify(kind);
  let work = works.get(key);
  if (!work) {
    work = makers[kind.direction](stand, contender.parses, kind);
    works.set(key, work);
  }
  return { stand, work };
}

/** Nanoseconds for each of `count` messages. */
export async function costOf(contender: Contender, kind: CostCase, count: number): Promise<number> {
  const { stand, work } = await workFor(contender, kind);
  const before = stand.socket.sent + stand.received;
  let milliseconds = 0;
  if (kind.burst === undefined) {
    const started = performance.now();
    work(count);
    milliseconds = performance.now() - started;
  } else {
    for (let done = 0; done < count; done += kind.burst) {
      await ticks(1);
      // The clock is coarse, but its error is as often too little as too much.
      const started = performance.now();
      work(kind.burst);
      milliseconds += performance.now() - started;
    }
  }
  const handled = stand.socket.sent + stand.received - before;
  if (handled < count)
    throw new Error(`${handled} of ${count} messages arrived; the last: ${String(lastReceived)}`);
  return (milliseconds * 1e6) / handled;
}

/** Bytes of heap taken for each of `count` messages, `heapUsed` telling how much is taken. */
export async function allocationOf(
  contender: Contender,
  kind: CostCase,
  count: number,
  { collect, heapUsed }: { readonly collect: () => void; readonly heapUsed: () => number },
): Promise<number> {
  const { work } = await workFor(contender, kind);
  collect();
  const before = heapUsed();
  work(count);
  return (heapUsed() - before) / count;
}
