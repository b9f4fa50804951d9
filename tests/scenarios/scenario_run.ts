// Runs one scenario against the facade over the built module, up to the first expectation that is not met.
import {
  HandshakeError,
  ResilientWebSocket,
  type HandshakeConnection,
  type RecoveryAction,
  type ResilientWebSocketOptions,
} from '../../web/index.js';
import { EventMatcher, recordEvents } from './event_text.js';
import { messageName, messageText } from './message_name.js';
import { readNumber, ScenarioError, type Scenario, type Statement } from './scenario.js';
import { toFrame, toHeartbeat, toOptions, toSession, toUnconfirmed } from './scenario_options.js';
import { type ScriptedSocket } from './scripted_socket.js';
import { statusText } from './status_text.js';
import { VirtualPage } from './virtual_page.js';

const URL_OF_ALL = 'wss://chat.example/session/7';
const advices: readonly string[] = ['checkNetwork', 'checkServer', 'clearQueue', 'contactSupport'];
const verdicts: Readonly<Record<string, (() => boolean) | undefined>> = {
  yes: () => true,
  no: () => false,
  none: undefined,
};

/** Lets promises settle; the page has no other work than that and its timers. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 10; ++turn) await Promise.resolve();
}

/** After the end of the handshake it throws, and the socket gets nothing. */
function say(connection: HandshakeConnection, name: string): void {
  try {
    connection.send(messageText(name, name.length));
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
  }
}

function listed(items: readonly string[], separator: string): string {
  return items.length === 0 ? 'none' : items.join(separator);
}

export async function runScenario(scenario: Scenario): Promise<void> {
  const page = new VirtualPage();
  const run = new ScenarioRun(page);
  try {
    for (const statement of scenario.statements) await runStatement(run, statement);
  } finally {
    await run.end();
    page.leave();
  }
}

async function runStatement(run: ScenarioRun, statement: Statement): Promise<void> {
  try {
    await run.step(statement);
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    throw new ScenarioError(statement.line, String(error));
  }
}

/** A handshake of the user that was started. */
interface RunningHandshake {
  readonly connection: HandshakeConnection;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

class ScenarioRun {
  readonly #page: VirtualPage;
  readonly #events: string[] = [];
  #options: ResilientWebSocketOptions = {};
  #seed = 1;
  #client: ResilientWebSocket | null = null;
  #returned = false;
  /** What the user's functions do when they are called next. */
  #insideUrl: (() => void) | undefined;
  #insideVerdict: (() => void) | undefined;
  readonly #handshakes = new Map<unknown, RunningHandshake>();

  constructor(page: VirtualPage) {
    this.#page = page;
  }

  async step(statement: Statement): Promise<void> {
    if (this.#setUp(statement)) return;
    const client = this.#client ?? this.#createClient(statement);
    await this.#advance(statement);
    if (statement.command.startsWith('expect ')) this.#expect(client, statement);
    else if (!this.#command(client, statement) && !this.#changePage(statement)) this.#changeSocket(statement);
    await rest();
  }

  async end(): Promise<void> {
    this.#client?.destroy();
    await rest();
  }

  #setUp(statement: Statement): boolean {
    const { command, words, line } = statement;
    if (command !== 'options' && command !== 'seed') return false;
    if (this.#client !== null) throw new ScenarioError(line, `'${command}' comes before all else`);
    if (command === 'options') this.#options = toOptions(statement);
    else this.#seed = readNumber(line, words[0] ?? '');
    return true;
  }

  #createClient({ line }: Statement): ResilientWebSocket {
    this.#page.enter(this.#seed);
    const url = () => {
      const commands = this.#insideUrl;
      this.#insideUrl = undefined;
      commands?.();
      return URL_OF_ALL;
    };
    const client = new ResilientWebSocket(url, { ...this.#options, logLevel: 'silent' });
    for (const name of Object.keys(this.#options)) {
      if (!(name in client.options)) throw new ScenarioError(line, `unknown option '${name}'`);
    }
    recordEvents(client, this.#events);
    this.#client = client;
    return client;
  }

  async #advance({ moment, line }: Statement): Promise<void> {
    if (moment === null) return;
    const { clock } = this.#page;
    const time = moment.milliseconds + (moment.isRelative ? clock.time : 0);
    if (time < clock.time) throw new ScenarioError(line, `it is ${clock.time} already`);
    // At one and the same moment the lines come first, then the timers that are due then.
    if (time > clock.time) await clock.advanceTo(time, rest);
  }

  #command(client: ResilientWebSocket, statement: Statement): boolean {
    const [word = ''] = statement.words;
    switch (statement.command) {
      case 'connect':
        // That it settles once is a test of its own.
        client.connect().catch(() => undefined);
        return true;
      case 'disconnect':
        client.disconnect();
        return true;
      case 'reconnect':
        client.reconnect();
        return true;
      case 'destroy':
        client.destroy();
        return true;
      case 'resetRecovery':
        client.resetErrorRecovery();
        return true;
      case 'send':
        this.#send(client, statement);
        return true;
      case 'set':
        this.#assign(client, statement);
        return true;
      case 'advise':
        if (!advices.includes(word)) throw new ScenarioError(statement.line, `unknown advice '${word}'`);
        client.applyRecoveryRecommendation(word as RecoveryAction);
        return true;
      case 'heartbeat':
        client.options.heartbeat = toHeartbeat(statement);
        return true;
      case 'session':
        client.options.session = toSession(statement);
        return true;
      case 'unconfirmed':
        client.options.unconfirmed = toUnconfirmed(statement);
        return true;
      case 'verdict':
        if (!Object.hasOwn(verdicts, word)) {
          throw new ScenarioError(statement.line, 'a verdict is yes, no or none');
        }
        this.#setVerdict(client, verdicts[word]);
        return true;
      case 'handshake':
        this.#setHandshake(client, statement);
        return true;
      case 'within':
        this.#within(client, statement);
        return true;
    }
    return false;
  }

  #setVerdict(client: ResilientWebSocket, verdict: (() => boolean) | undefined): void {
    client.options.shouldReconnect =
      verdict === undefined
        ? undefined
        : () => {
            const commands = this.#insideVerdict;
            this.#insideVerdict = undefined;
            commands?.();
            return verdict();
          };
  }

  #setHandshake(client: ResilientWebSocket, { words: [word], line }: Statement): void {
    if (word !== 'yes' && word !== 'none') throw new ScenarioError(line, 'a handshake is yes or none');
    client.options.handshake =
      word === 'none'
        ? undefined
        : (connection) =>
            new Promise<void>((resolve, reject) => {
              this.#handshakes.set(client.ws, { connection, resolve, reject });
            });
  }

  #changeHandshake(statement: Statement): boolean {
    const { command, words, named, line } = statement;
    if (command !== 'say' && command !== 'done' && command !== 'fail') return false;
    const handshake = this.#handshakes.get(this.#socketOf(statement));
    if (handshake === undefined) throw new ScenarioError(line, 'no handshake was started on the socket');
    const [code] = words;
    if (command === 'done') handshake.resolve();
    else if (command === 'say') for (const name of words) say(handshake.connection, name);
    else if (code === undefined) handshake.reject(new Error('of the scenario'));
    else handshake.reject(new HandshakeError(readNumber(line, code), named.get('reason')));
    return true;
  }

  /** Commands that the user's function gives when it is called next. */
  #within(client: ResilientWebSocket, { words: [where, ...commands], line }: Statement): void {
    const give = () => {
      for (const command of commands) {
        this.#command(client, { line, moment: null, socket: null, command, words: [], named: new Map() });
      }
    };
    if (where === 'url') this.#insideUrl = give;
    else if (where === 'verdict') this.#insideVerdict = give;
    else throw new ScenarioError(line, 'commands are given within url or verdict');
  }

  #assign(client: ResilientWebSocket, statement: Statement): void {
    for (const [name, value] of Object.entries(toOptions(statement))) {
      if (!(name in client.options)) throw new ScenarioError(statement.line, `unknown option '${name}'`);
      Object.assign(client.options, { [name]: value });
    }
  }

  #send(client: ResilientWebSocket, { words, named, line }: Statement): void {
    const bytes = named.get('bytes');
    const ttl = named.get('ttl');
    const options = {
      volatile: words.includes('volatile'),
      ...(ttl !== undefined && { ttl: readNumber(line, ttl) }),
    };
    for (const name of words.filter((word) => word !== 'volatile')) {
      const size = bytes === undefined ? name.length : readNumber(line, bytes);
      if (size < name.length) throw new ScenarioError(line, 'a message is not shorter than its name');
      this.#returned = client.send(messageText(name, size), options);
    }
  }

  #changePage({ command, words, line }: Statement): boolean {
    const { clock } = this.#page;
    const milliseconds = () => readNumber(line, words.find((word) => word !== 'wall') ?? '');
    const changes: Readonly<Record<string, () => void>> = {
      forget: () => {
        this.#events.length = 0;
        this.#page.wire.sent = [];
        this.#page.wire.control = [];
      },
      online: () => this.#page.setOnline(true),
      offline: () => this.#page.setOnline(false),
      visible: () => this.#page.setVisible(true),
      hidden: () => this.#page.setVisible(false),
      suspend: () => this.#page.suspend(),
      resume: () => this.#page.resume(),
      leave: () => this.#page.unload(),
      sleep: () => clock.sleep(milliseconds(), words.includes('wall')),
      setClock: () => clock.setWallClock(milliseconds()),
      throttle: () => {
        clock.grid = milliseconds();
      },
    };
    const change = Object.hasOwn(changes, command) ? changes[command] : undefined;
    change?.();
    return change !== undefined;
  }

  #socketOf({ socket, line }: Statement): ScriptedSocket {
    const found = this.#page.sockets[(socket ?? this.#page.sockets.length) - 1];
    if (found === undefined) throw new ScenarioError(line, 'there is no such socket');
    return found;
  }

  #changeSocket(statement: Statement): void {
    if (this.#changeHandshake(statement)) return;
    const { command, words, named, line } = statement;
    const socket = this.#socketOf(statement);
    const code = () => readNumber(line, words.find((word) => word !== 'clean') ?? '');
    const changes: Readonly<Record<string, () => void>> = {
      open: () => socket.playOpen(),
      error: () => socket.playError(),
      close: () => socket.playClose(code(), named.get('reason') ?? '', words.includes('clean')),
      refuse: () => void (socket.refuses = true),
      accept: () => void (socket.refuses = false),
      closing: () => socket.playClosing(),
      stall: () => void (socket.holds = true),
      drain: () => {
        socket.holds = false;
        socket.bufferedAmount = 0;
      },
      buffered: () => void (socket.bufferedAmount = code()),
      'receive message': () => {
        for (const name of words) socket.playMessage(JSON.stringify(name));
      },
      'receive reply': () => socket.playMessage('"reply"'),
      'receive request': () => socket.playMessage(`"request ${code()}"`),
      'receive welcome': () => socket.playMessage(toFrame(statement, socket.pings)),
      'receive frame': () => socket.playMessage(toFrame(statement, socket.pings)),
      'receive ping': () => this.#playControl(socket, 'ping', statement),
      'receive pong': () => this.#playControl(socket, 'pong', statement),
    };
    const change = Object.hasOwn(changes, command) ? changes[command] : undefined;
    if (change === undefined) throw new ScenarioError(line, `'${command}' is not known to the runner`);
    change();
  }

  /** `last`, or `last-2`, means the timestamp of the client's last ping, or of the second before it. */
  #playControl(socket: ScriptedSocket, type: string, { words, line }: Statement): void {
    const [word = ''] = words;
    let timestamp: string | undefined = word;
    if (word.startsWith('last')) {
      const back = word === 'last' ? 0 : readNumber(line, word.slice(5));
      timestamp = socket.pings.at(-1 - back);
      if (timestamp === undefined) throw new ScenarioError(line, 'the client has not sent so many pings');
    }
    socket.playMessage(`{"type":"${type}","timestamp":${timestamp}}`);
  }

  #seen(client: ResilientWebSocket, statement: Statement): string {
    const { wire, clock, sockets } = this.#page;
    switch (statement.command) {
      case 'expect state':
        return client.connectionState;
      case 'expect sent':
        return listed(wire.sent.splice(0), ' ');
      case 'expect control':
        return listed(wire.control.splice(0), ', ');
      case 'expect queue':
        return listed(
          client.messageQueue.map((data) => messageName(String(data))),
          ' ',
        );
      case 'expect returned':
        return String(this.#returned);
      case 'expect sockets':
        return String(sockets.length);
      case 'expect closed':
        return this.#socketOf(statement).closed ?? 'none';
      case 'expect timer':
        return clock.hasTimer ? 'some' : 'none';
      case 'expect advice':
        return listed(
          client.getRecoveryRecommendations().map(({ action }) => action),
          ' ',
        );
    }
    throw new ScenarioError(statement.line, `unknown command '${statement.command}'`);
  }

  #expect(client: ResilientWebSocket, statement: Statement): void {
    if (statement.command === 'expect events') this.#expectEvents(statement);
    else if (statement.command === 'expect status') this.#expectStatus(client, statement);
    else this.#expectExactly(statement, statement.words.join(' '), this.#seen(client, statement));
  }

  #expectEvents(statement: Statement): void {
    const text = statement.words.join(' ');
    this.#compare(statement, text === 'none' ? [] : text.split(', '), this.#events.splice(0));
  }

  #expectStatus(client: ResilientWebSocket, statement: Statement): void {
    for (const [name, expected] of statement.named) {
      const actual = statusText(client, this.#page.clock.wall, name);
      if (actual === null) throw new ScenarioError(statement.line, `unknown status '${name}'`);
      this.#compare(statement, [expected], [actual]);
    }
  }

  #expectExactly({ line }: Statement, expected: string, actual: string): void {
    if (expected !== actual) throw new ScenarioError(line, `\nexpected: ${expected}\n  actual: ${actual}`);
  }

  #compare({ line }: Statement, expected: readonly string[], actual: readonly string[]): void {
    const matcher = new EventMatcher();
    const isEqual =
      expected.length === actual.length &&
      expected.every((item, index) => matcher.matches(item, actual[index] ?? ''));
    if (isEqual) return;
    throw new ScenarioError(line, `\nexpected: ${listed(expected, ', ')}\n  actual: ${listed(actual, ', ')}`);
  }
}
