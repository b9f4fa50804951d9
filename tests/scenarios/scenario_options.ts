// The options of a client from the statements of a scenario.
import { type HeartbeatOption, type ResilientWebSocketOptions, type SessionOption } from '../../web/index.js';
import { messageText } from './message_name.js';
import { readNumber, ScenarioError, type Statement } from './scenario.js';

export function toOptions({ named, line }: Statement): ResilientWebSocketOptions {
  const values = [...named].map(([name, text]) => {
    if (text === 'true' || text === 'false') return [name, text === 'true'];
    if (!text.startsWith('[')) return [name, Number(text)];
    const codes = text.slice(1, -1).split(',');
    return [name, codes.map((code) => readNumber(line, code))];
  });
  return Object.fromEntries(values) as ResilientWebSocketOptions;
}

export function toUnconfirmed({ words: [word], line }: Statement): 'report' | 'resend' {
  if (word !== 'report' && word !== 'resend')
    throw new ScenarioError(line, 'unconfirmed is resend or report');
  return word;
}

export function toSession({ words: [word], named, line }: Statement): SessionOption {
  if (word !== 'on' && word !== 'off') throw new ScenarioError(line, 'a session is on or off');
  if (word === 'off') return false;
  const onSessionLost = named.get('onSessionLost') ?? 'report';
  if (onSessionLost !== 'report' && onSessionLost !== 'resend') {
    throw new ScenarioError(line, 'onSessionLost is resend or report');
  }
  const number = (name: string) => {
    const text = named.get(name);
    return text === undefined ? undefined : readNumber(line, text);
  };
  return { onSessionLost, ackDelay: number('ackDelay'), window: number('window') };
}

/** The text of `receive welcome` and `receive frame`; `pings` are the ids of the client's pings. */
export function toFrame(
  { command, words: [word = ''], named, line }: Statement,
  pings: readonly string[],
): string {
  const members = new Map(named);
  if (command === 'receive welcome') {
    if (word !== 'new' && word !== 'resumed') throw new ScenarioError(line, 'a welcome is new or resumed');
    members.set('session', `"${named.get('session') ?? 's'}"`);
    members.set('resumed', String(word === 'resumed'));
    const defaults = { maxMessage: '65536', received: '0', ttl: '60000', v: '1', window: '1000' };
    for (const [name, value] of Object.entries(defaults)) {
      if (!members.has(name)) members.set(name, value);
    }
  } else if (named.get('id') === 'last') {
    const id = pings.at(-1);
    if (id === undefined) throw new ScenarioError(line, 'the client has not sent a ping');
    members.set('id', id);
  }
  const name = command === 'receive welcome' ? 'welcome' : word;
  return `{"rws":"${name}"${[...members].map(([member, value]) => `,"${member}":${value}`).join('')}}`;
}

// A custom ping is the text 'ping' with dots up to its size, and so is a reply to 'request N', which has N bytes.
export function toHeartbeat({ words: [form, word], line }: Statement): HeartbeatOption {
  const isNumbered = form === 'custom' || form === 'silence';
  if ((word !== undefined) !== isNumbered) throw new ScenarioError(line, 'a number is missing, or too much');
  if (form === 'json' || form === 'none') return form === 'json';
  const number = readNumber(line, word ?? '');
  if (form === 'silence') return { silence: number };
  if (form !== 'custom') {
    throw new ScenarioError(line, 'a heartbeat is json, custom, silence or none');
  }
  return {
    message: () => (number === 0 ? '' : messageText('ping', number)),
    isReply: (data) => data === 'reply',
    answer: (data) => {
      const bytes = /^request (\d+)$/.exec(String(data))?.[1];
      return bytes === undefined ? undefined : messageText('reply', Number(bytes));
    },
  };
}
