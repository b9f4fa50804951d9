// The options of a client from the statements of a scenario.
import { type HeartbeatOption, type ResilientWebSocketOptions } from '../../web/index.js';
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
