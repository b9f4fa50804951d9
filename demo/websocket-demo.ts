// A guided tour of the client: it connects, sends messages, loses the connection, reconnects and prints
// statistics. It runs in a browser's console and in Node.
import ResilientWebSocket, { type ConnectionStats } from '@advakod/resilient-websocket';

/** Options of the tour. */
export interface DemonstrationOptions {
  /** URL of the server; `npm run demo` starts one. Default ws://localhost:8000/general?token=demo. */
  readonly url?: string;
  /** Called with each line of output. Default console.log. */
  readonly log?: (line: string) => void;
  /** Longest time to wait for each step, ms. Default 15000. */
  readonly timeout?: number;
}

/** What happened in the tour. */
export interface DemonstrationSummary {
  /** Whether every step succeeded. */
  readonly completed: boolean;
  /** The states of the connection, in order. */
  readonly states: readonly string[];
  /** Numbers of the messages that the server returned, in order. */
  readonly messagesReturned: readonly number[];
  /** Number of messages in the queue while there was no connection. */
  readonly queuedWhileDown: number;
  /** Delays before the retries, ms. */
  readonly retryDelays: readonly number[];
  /** The client's statistics at the end. */
  readonly stats: ConnectionStats;
}

const defaultUrl = 'ws://localhost:8000/general?token=demo';
/** Numbers of the messages. They are sent as the session ids of `typing` frames, which the server returns. */
const messages = [9001, 9002, 9003] as const;
const messagesWhileDown = [9004, 9005] as const;

/** Runs the tour and resolves with a summary; it never rejects. */
export async function demonstrateResilientWebSocket(
  options: DemonstrationOptions = {},
): Promise<DemonstrationSummary> {
  const { url = defaultUrl, log = console.log, timeout = 15_000 } = options;
  const websocket = new ResilientWebSocket(url, { logLevel: 'silent', maxReconnectAttempts: 3 });
  const recorder = startRecorder(websocket, log);
  let completed = false;
  let queuedWhileDown = 0;
  try {
    log(`1. Connecting to ${withoutQuery(url)}`);
    await withTimeout(timeout, websocket.connect());
    log('2. Sending three messages; the server returns each of them');
    for (const number of messages) websocket.send(frame(number));
    await withTimeout(timeout, recorder.returned(messages.length));
    log('3. Closing the connection and sending two more messages meanwhile');
    const reopened = waitForEvent(websocket, 'open');
    const closed = waitForEvent(websocket, 'close');
    // The native socket is closed directly, as a failing network would do it.
    websocket.ws?.close(4000, 'demonstration');
    await withTimeout(timeout, closed);
    for (const number of messagesWhileDown) websocket.send(frame(number));
    queuedWhileDown = websocket.getStatus().queuedMessages;
    log(`   Queued: ${queuedWhileDown}`);
    log('4. Waiting for the reconnect, after which the queue is sent');
    await withTimeout(timeout, reopened);
    await withTimeout(timeout, recorder.returned(messages.length + messagesWhileDown.length));
    completed = true;
  } catch (error) {
    log(`   Failed: ${error instanceof Error ? error.message : String(error)}`);
    log('   Is there a server? `npm run demo` starts one.');
  }
  const { stats } = websocket.getStatus();
  logStatistics(stats, log);
  const summary = { completed, ...recorder.summary(), queuedWhileDown, stats };
  websocket.destroy();
  return summary;
}

interface Recorder {
  /** Resolves when the server has returned `count` messages. */
  readonly returned: (count: number) => Promise<void>;
  readonly summary: () => Pick<DemonstrationSummary, 'states' | 'messagesReturned' | 'retryDelays'>;
}

/** Records the client's events and logs them as they happen. */
function startRecorder(websocket: ResilientWebSocket, log: (line: string) => void): Recorder {
  const states: string[] = [];
  const messagesReturned: number[] = [];
  const retryDelays: number[] = [];
  let onReturned = (): void => undefined;
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
    const number = readNumber(message);
    if (number === null || messagesReturned.includes(number)) return;
    messagesReturned.push(number);
    log(`   Returned: message ${number}`);
    onReturned();
  });
  return {
    returned: (count) =>
      new Promise((resolve) => {
        onReturned = () => {
          if (messagesReturned.length >= count) resolve();
        };
        onReturned();
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

function readNumber(message: unknown): number | null {
  if (typeof message !== 'object' || message === null || !('session_id' in message)) return null;
  const number = Number(message.session_id);
  return [...messages, ...messagesWhileDown].some((known) => known === number) ? number : null;
}

function waitForEvent(websocket: ResilientWebSocket, event: 'open' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    websocket.once(event, () => {
      resolve();
    });
  });
}

async function withTimeout(timeout: number, event: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeoutError = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing happened for ${timeout} ms`));
    }, timeout);
  });
  try {
    await Promise.race([event, timeoutError]);
  } finally {
    clearTimeout(timer);
  }
}

function logStatistics(stats: ConnectionStats, log: (line: string) => void): void {
  log('5. Statistics');
  log(`   Connections: ${stats.totalConnections}, of which reconnections: ${stats.totalReconnections}`);
  log(`   Messages sent: ${stats.totalMessages}, errors: ${stats.totalErrors}`);
}

/** The URL without its query, which may contain a token. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
