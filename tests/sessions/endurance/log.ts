// What the applications of the endurance run write down, and the comparison of both sides.

/** After every so many messages of a client the server's application sends a message that is no reply. */
export const pushEvery = 10;

/**
 * A line of a server's application. `handed`: it was handed a message; `holding` is another one whenever a server takes the
 * session. `stored`: a message that it sent by itself was stored. `reported`: the server library reported something.
 */
export type LogLine =
  | {
      readonly kind: 'handed';
      readonly at: number;
      readonly client: string;
      readonly seq: number;
      readonly text: string;
      readonly holding: string;
    }
  | { readonly kind: 'stored' | 'reported'; readonly client: string; readonly text: string };

/** What one client has seen. */
export interface ClientLog {
  readonly client: string;
  /** Messages that it sent. Their texts are the numbers from 1 on. */
  readonly sent: number;
  /** The messages that it was handed, in order. */
  readonly received: readonly string[];
  /** How often each event came. */
  readonly events: Readonly<Record<string, number>>;
}

export interface Result {
  readonly title: string;
  /** What is wrong; empty if the check has passed. */
  readonly faults: readonly string[];
}

export interface Comparison {
  readonly checks: readonly Result[];
  readonly handed: number;
  readonly handedAgain: number;
  readonly pushes: number;
  readonly resumptions: number;
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1));

/** The first place where two lists differ. */
function firstDifference(actual: readonly string[], expected: readonly string[]): string | undefined {
  const index = expected.findIndex((text, at) => actual[at] !== text);
  if (index >= 0)
    return `number ${index + 1} is ${actual[index] ?? 'missing'} instead of ${expected[index] ?? ''}`;
  return actual.length > expected.length ? `${actual.length - expected.length} too many` : undefined;
}

/** Compares what the server's application was handed and has sent with what the clients have sent and were handed. */
export function compare(clients: readonly ClientLog[], lines: readonly LogLine[]): Comparison {
  const handed: Result = { title: 'every message reaches the server once and in order', faults: [] };
  const again: Result = { title: 'a message is handed over again under a new fence only', faults: [] };
  const replies: Result = { title: 'every reply of a handler arrives exactly once and in order', faults: [] };
  const pushes: Result = { title: 'every other message that was stored arrives exactly once', faults: [] };
  const reports: Result = { title: 'nothing is reported as lost', faults: [] };
  const sessions: Result = { title: 'every connection resumes its session', faults: [] };
  const add = ({ faults }: Result, { client }: ClientLog, fault: string | undefined) => {
    if (fault !== undefined) (faults as string[]).push(`${client}: ${fault}`);
  };
  let handedAgain = 0;
  let pushed = 0;
  for (const log of clients) {
    const own = lines.filter(({ client }) => client === log.client);
    const all = own.filter((line) => line.kind === 'handed').sort((one, other) => one.at - other.at);
    const first = all.filter(({ text }, index) => all.findIndex((line) => line.text === text) === index);
    add(
      handed,
      log,
      firstDifference(
        first.map(({ text }) => text),
        numbers(log.sent),
      ),
    );
    handedAgain += all.length - first.length;
    const holdings = new Set<string>();
    for (const { text, holding } of all) {
      if (holdings.has(`${text} ${holding}`)) add(again, log, `message ${text}`);
      holdings.add(`${text} ${holding}`);
    }
    const isReply = (text: string) => text.startsWith('reply:');
    const answered = log.received.filter(isReply).map((text) => text.slice('reply:'.length));
    add(replies, log, firstDifference(answered, numbers(log.sent)));
    const others = log.received.filter((text) => !isReply(text));
    for (const line of own) {
      if (line.kind === 'reported') add(reports, log, line.text);
      if (line.kind === 'stored' && !others.includes(line.text)) add(pushes, log, `${line.text} is missing`);
    }
    pushed += others.length;
    if (new Set(others).size !== others.length) add(pushes, log, 'a message came twice');
    for (const event of ['messageUnconfirmed', 'messageDropped', 'sessionTaken', 'sessionLost']) {
      const count = log.events[event] ?? 0;
      if (count > 0) add(event.startsWith('session') ? sessions : reports, log, `${count} ${event}`);
    }
  }
  return {
    checks: [handed, again, replies, pushes, reports, sessions],
    handed: lines.filter(({ kind }) => kind === 'handed').length,
    handedAgain,
    pushes: pushed,
    resumptions: clients.reduce((sum, { events }) => sum + (events['sessionResumed'] ?? 0), 0),
  };
}
