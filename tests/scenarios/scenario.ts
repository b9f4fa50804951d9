// Reads scenario files into statements. README.md describes the language. An unknown word is an error that names its
// line.

/** A scenario that cannot be read or carried out, or an expectation that was not met. */
export class ScenarioError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

export interface Statement {
  readonly line: number;
  /** When it is carried out; milliseconds since the start or since the statement before. */
  readonly moment: { readonly isRelative: boolean; readonly milliseconds: number } | null;
  /** Counted from 1; null for the newest. */
  readonly socket: number | null;
  /** "send", "receive pong", "expect events". */
  readonly command: string;
  readonly words: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}

export interface Scenario {
  readonly title: string;
  readonly statements: readonly Statement[];
}

interface Grammar {
  /** Least and greatest number of positional words, flags not counted. */
  readonly count: readonly [number, number];
  readonly flags?: readonly string[];
  /** Of NAME=VALUE. */
  readonly names?: readonly string[] | 'any';
  /** Whether `socket N` may precede it. */
  readonly ofSocket?: boolean;
}

const alone: Grammar = { count: [0, 0] };
const oneWord: Grammar = { count: [1, 1] };
const someWords: Grammar = { count: [1, Infinity] };
const assignments: Grammar = { count: [0, 0], names: 'any' };

const grammars: Readonly<Record<string, Grammar>> = {
  options: assignments,
  seed: oneWord,
  // The user.
  connect: alone,
  disconnect: alone,
  reconnect: alone,
  destroy: alone,
  send: { ...someWords, flags: ['volatile'], names: ['bytes', 'ttl'] },
  advise: oneWord,
  resetRecovery: alone,
  set: assignments,
  verdict: oneWord,
  handshake: oneWord,
  within: { count: [2, Infinity] },
  heartbeat: { count: [1, 2] },
  session: { ...oneWord, names: ['onSessionLost', 'ackDelay', 'window'] },
  unconfirmed: oneWord,
  // The page, the network and the clocks.
  online: alone,
  offline: alone,
  visible: alone,
  hidden: alone,
  suspend: alone,
  resume: alone,
  leave: alone,
  sleep: { ...oneWord, flags: ['wall'] },
  setClock: oneWord,
  throttle: oneWord,
  // The socket.
  open: { ...alone, ofSocket: true },
  error: { ...alone, ofSocket: true },
  close: { ...oneWord, flags: ['clean'], names: ['reason'], ofSocket: true },
  say: { ...someWords, ofSocket: true },
  done: { ...alone, ofSocket: true },
  fail: { count: [0, 1], names: ['reason'], ofSocket: true },
  'receive message': { ...someWords, ofSocket: true },
  'receive ping': { ...oneWord, ofSocket: true },
  'receive pong': { ...oneWord, ofSocket: true },
  'receive reply': { ...alone, ofSocket: true },
  'receive request': { ...oneWord, ofSocket: true },
  'receive welcome': {
    ...oneWord,
    names: ['session', 'received', 'window', 'maxMessage', 'v'],
    ofSocket: true,
  },
  'receive frame': { ...oneWord, names: ['id', 'received', 'count'], ofSocket: true },
  refuse: { ...alone, ofSocket: true },
  accept: { ...alone, ofSocket: true },
  closing: { ...alone, ofSocket: true },
  stall: { ...alone, ofSocket: true },
  drain: { ...alone, ofSocket: true },
  buffered: { ...oneWord, ofSocket: true },
  // Expectations.
  forget: alone,
  'expect state': oneWord,
  'expect events': someWords,
  'expect sent': someWords,
  'expect control': someWords,
  'expect queue': someWords,
  'expect returned': oneWord,
  'expect sockets': oneWord,
  'expect closed': { ...someWords, ofSocket: true },
  'expect timer': oneWord,
  'expect advice': someWords,
  'expect status': assignments,
};

/** A whole number as scenarios write it. */
export function readNumber(line: number, word: string): number {
  if (!/^-?\d+$/.test(word)) throw new ScenarioError(line, `'${word}' is no whole number`);
  return Number(word);
}

/** Takes words off the front of one line. */
class LineReader {
  readonly #line: number;
  readonly #words: string[];

  constructor(line: number, text: string) {
    this.#line = line;
    this.#words = text.split(/\s+/).filter((word) => word !== '');
  }

  read(): Statement {
    const moment = this.#takeMoment();
    const socket = this.#words[0] === 'socket' ? this.#takeSocket() : null;
    const command = this.#takeCommand();
    const grammar = Object.hasOwn(grammars, command) ? grammars[command] : undefined;
    if (grammar === undefined) throw this.#error(`unknown command '${command}'`);
    if (socket !== null && grammar.ofSocket !== true) throw this.#error(`'${command}' is not of a socket`);
    return { line: this.#line, moment, socket, command, ...this.#takeArguments(command, grammar) };
  }

  #error(message: string): ScenarioError {
    return new ScenarioError(this.#line, message);
  }

  #take(): string {
    const word = this.#words.shift();
    if (word === undefined) throw this.#error('the line ends too early');
    return word;
  }

  #takeMoment(): Statement['moment'] {
    if (this.#words[0] !== 'at' && this.#words[0] !== 'after') return null;
    const isRelative = this.#take() === 'after';
    return { isRelative, milliseconds: readNumber(this.#line, this.#take()) };
  }

  #takeSocket(): number {
    this.#take();
    return readNumber(this.#line, this.#take());
  }

  #takeCommand(): string {
    const word = this.#take();
    return word === 'receive' || word === 'expect' ? `${word} ${this.#take()}` : word;
  }

  #takeArguments(command: string, grammar: Grammar): Pick<Statement, 'words' | 'named'> {
    const words: string[] = [];
    const named = new Map<string, string>();
    while (this.#words.length > 0) {
      const word = this.#take();
      const equals = word.indexOf('=');
      if (grammar.names === undefined || equals < 0) words.push(word);
      else this.#takeNamed(grammar.names, named, word.slice(0, equals), word.slice(equals + 1));
    }
    const count = words.filter((word) => grammar.flags?.includes(word) !== true).length;
    const [least, most] = grammar.count;
    if (count < least || count > most) throw this.#error(`'${command}' does not take ${count} words`);
    if (grammar.names === 'any' && named.size === 0) throw this.#error(`'${command}' needs NAME=VALUE`);
    return { words, named };
  }

  #takeNamed(
    names: readonly string[] | 'any',
    named: Map<string, string>,
    name: string,
    value: string,
  ): void {
    if (names !== 'any' && !names.includes(name)) throw this.#error(`unknown name '${name}'`);
    if (named.has(name)) throw this.#error(`'${name}' is given twice`);
    // A reason is all that follows, spaces included.
    const rest = name === 'reason' ? this.#words.splice(0) : [];
    named.set(name, [value, ...rest].join(' '));
  }
}

export function readScenario(text: string): Scenario {
  let title = '';
  const lines: { number: number; content: string }[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const last = lines.at(-1);
    if (content.startsWith('#')) title ||= content.slice(2);
    else if (!content.startsWith(' ')) lines.push({ number: index + 1, content });
    else if (last === undefined) throw new ScenarioError(index + 1, 'nothing to continue');
    else last.content += content;
  }
  if (title === '') throw new ScenarioError(1, "the first line must say what is shown: '# ...'");
  const written = lines.filter(({ content }) => content !== '');
  return { title, statements: written.map(({ number, content }) => new LineReader(number, content).read()) };
}
