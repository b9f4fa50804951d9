// The options of the JavaScript side, with their defaults and rules. The options of the connection are the core's.
import { isProtocolsSource, PROTOCOLS_RULE } from './address.js';
import { HEARTBEAT_RULE, isHeartbeat } from './heartbeat.js';
import { isSession, SESSION_RULE } from './session.js';
import { type Locale, type LogLevel, type MessageFormat, type PresentationOptions } from './types.js';

interface Rule {
  readonly text: string;
  readonly isKeptBy: (value: unknown) => boolean;
}

const optionalFunction: Rule = {
  text: 'a function',
  isKeptBy: (value) => value === undefined || typeof value === 'function',
};

const rules: Readonly<Record<keyof PresentationOptions, Rule>> = {
  messageFormat: oneOf('json', 'text'),
  binaryType: oneOf('blob', 'arraybuffer'),
  locale: oneOf('ru', 'en'),
  logLevel: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  enableWorkerTimer: { text: 'true or false', isKeptBy: (value) => typeof value === 'boolean' },
  heartbeat: { text: HEARTBEAT_RULE, isKeptBy: isHeartbeat },
  session: { text: SESSION_RULE, isKeptBy: isSession },
  unconfirmed: oneOf('report', 'resend'),
  protocols: { text: PROTOCOLS_RULE, isKeptBy: isProtocolsSource },
  parse: optionalFunction,
  serialize: optionalFunction,
  shouldReconnect: optionalFunction,
  handshake: optionalFunction,
  WebSocket: { ...optionalFunction, text: 'a class' },
};

export class Presentation implements PresentationOptions {
  messageFormat: MessageFormat = 'json';
  binaryType: PresentationOptions['binaryType'] = 'blob';
  parse: PresentationOptions['parse'] = undefined;
  serialize: PresentationOptions['serialize'] = undefined;
  locale: Locale = 'ru';
  logLevel: LogLevel = 'info';
  enableWorkerTimer = true;
  heartbeat: PresentationOptions['heartbeat'] = true;
  session: PresentationOptions['session'] = false;
  unconfirmed: PresentationOptions['unconfirmed'] = 'report';
  protocols: PresentationOptions['protocols'] = undefined;
  shouldReconnect: PresentationOptions['shouldReconnect'] = undefined;
  handshake: PresentationOptions['handshake'] = undefined;
  WebSocket: PresentationOptions['WebSocket'] = undefined;

  /**
   * Assigns one option. Returns '', or what it must be if nothing was assigned. A list is kept and
   * frozen; of another object a frozen copy is kept.
   */
  assign(name: keyof PresentationOptions, value: unknown): string {
    const rule = rules[name];
    if (!rule.isKeptBy(value)) return rule.text;
    const kept =
      typeof value === 'object' ? Object.freeze(Array.isArray(value) ? value : { ...value }) : value;
    Object.assign(this, { [name]: kept });
    return '';
  }
}

export const presentationDefaults: Readonly<PresentationOptions> = new Presentation();

export const presentationNames = Object.keys(rules) as (keyof PresentationOptions)[];

export function isPresentationName(name: string): name is keyof PresentationOptions {
  return presentationNames.includes(name as keyof PresentationOptions);
}

function oneOf(...values: string[]): Rule {
  const names = values.map((value) => `'${value}'`);
  return {
    text: `${names.slice(0, -1).join(', ')} or ${names[names.length - 1] ?? ''}`,
    isKeptBy: (value) => typeof value === 'string' && values.includes(value),
  };
}
