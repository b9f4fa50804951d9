// Owns the guided tour of the client: connect, talk, lose the connection, come back, count.
// Refuses to need a page: it runs in a browser's console and in Node alike.
import ResilientWebSocket, { type ConnectionStats } from '@advakod/resilient-websocket';

export interface DemonstrationOptions {
  /** Server to talk to; `npm run demo` starts one. Default ws://localhost:8000/general?token=demo. */
  readonly url?: string;
  /** Where the steps are told. Default console.log. */
  readonly log?: (line: string) => void;
  /** Longest time to wait for each step, ms. Default 15000. */
  readonly timeout?: number;
}

export interface DemonstrationSummary {
  /** Whether every step came about. */
  readonly completed: boolean;
  /** States gone through, in order. */
  readonly states: readonly string[];
  /** Numbers of the messages that the server returned, in the order of their return. */
  readonly messagesReturned: readonly number[];
  /** Messages that waited in the queue while there was no connection. */
  readonly queuedWhileDown: number;
  /** Waits before the retries, ms. */
  readonly retryDelays: readonly number[];
  readonly stats: ConnectionStats;
}

const defaultUrl = 'ws://localhost:8000/general?token=demo';
/** Numbers of the messages; the server returns `typing` frames, so each is told by its session. */
const messages = [9001, 9002, 9003] as const;
const messagesWhileDown = [9004, 9005] as const;

/** Plays the tour and resolves with what happened; it never rejects. */
export async function demonstrateResilientWebSocket(
  options: DemonstrationOptions = {},
): Promise<DemonstrationSummary> {
  const { url = defaultUrl, log = console.log, timeout = 15_000 } = options;
  const websocket = new ResilientWebSocket(url, { logLevel: 'silent', maxReconnectAttempts: 3 });
  const story = follow(websocket, log);
  let completed = false;
  let queuedWhileDown = 0;
  try {
    log(`1. Connecting to ${withoutQuery(url)}`);
    await within(timeout, websocket.connect());
    log('2. Sending three messages; the server returns each of them');
    for (const number of messages) websocket.send(frame(number));
    await within(timeout, story.returned(messages.length));
    log('3. Dropping the connection and sending two more while there is none');
    const reopened = next(websocket, 'open');
    const closed = next(websocket, 'close');
    // The native socket is closed behind the client's back, as a network would do it.
    websocket.ws?.close(4000, 'demonstration');
    await within(timeout, closed);
    for (const number of messagesWhileDown) websocket.send(frame(number));
    queuedWhileDown = websocket.getStatus().queuedMessages;
    log(`   In the queue: ${queuedWhileDown}`);
    log('4. Waiting for the reconnection; the queue follows by itself');
    await within(timeout, reopened);
    await within(timeout, story.returned(messages.length + messagesWhileDown.length));
    completed = true;
  } catch (error) {
    log(`   Given up: ${error instanceof Error ? error.message : String(error)}`);
    log('   Is there a server? `npm run demo` starts one.');
  }
  const { stats } = websocket.getStatus();
  tellStatistics(stats, log);
  const summary = { completed, ...story.summary(), queuedWhileDown, stats };
  websocket.destroy();
  return summary;
}

interface Story {
  /** Resolves when the server has returned `count` messages. */
  readonly returned: (count: number) => Promise<void>;
  readonly summary: () => Pick<DemonstrationSummary, 'states' | 'messagesReturned' | 'retryDelays'>;
}

/** Writes down what happens and tells it as it happens. */
function follow(websocket: ResilientWebSocket, log: (line: string) => void): Story {
  const states: string[] = [];
  const messagesReturned: number[] = [];
  const retryDelays: number[] = [];
  let returnedOneMore = (): void => undefined;
  websocket.on('stateChange', (state) => {
    states.push(state);
    log(`   State: ${state} (${websocket.getUserFriendlyStatus().text})`);
  });
  websocket.on('close', ({ code, reason }) => {
    log(`   Closed: ${code} ${reason}`);
  });
  websocket.on('reconnectScheduled', ({ attempt, delay }) => {
    retryDelays.push(delay);
    log(`   Attempt ${attempt} in ${Math.round(delay)} ms`);
  });
  websocket.on('message', (message) => {
    const number = numberOf(message);
    if (number === null || messagesReturned.includes(number)) return;
    messagesReturned.push(number);
    log(`   Returned: message ${number}`);
    returnedOneMore();
  });
  return {
    returned: (count) =>
      new Promise((resolve) => {
        returnedOneMore = () => {
          if (messagesReturned.length >= count) resolve();
        };
        returnedOneMore();
      }),
    summary: () => ({
      states: [...states],
      messagesReturned: [...messagesReturned],
      retryDelays: [...retryDelays],
    }),
  };
}

function frame(number: number): Readonly<Record<string, unknown>> {
  return { type: 'typing', is_typing: true, session_id: number };
}

function numberOf(message: unknown): number | null {
  if (typeof message !== 'object' || message === null || !('session_id' in message)) return null;
  const number = Number(message.session_id);
  return [...messages, ...messagesWhileDown].some((known) => known === number) ? number : null;
}

function next(websocket: ResilientWebSocket, event: 'open' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    websocket.once(event, () => {
      resolve();
    });
  });
}

async function within(timeout: number, event: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing happened for ${timeout} ms`));
    }, timeout);
  });
  try {
    await Promise.race([event, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tellStatistics(stats: ConnectionStats, log: (line: string) => void): void {
  log('5. Statistics');
  log(`   Connections: ${stats.totalConnections}, of them again: ${stats.totalReconnections}`);
  log(`   Messages sent: ${stats.totalMessages}, errors: ${stats.totalErrors}`);
}

/** An address without its query: that is where tokens stand. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
