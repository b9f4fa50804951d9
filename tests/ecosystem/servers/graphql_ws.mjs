// A schema with a mutation, and a subscription that gives every text that was said, the earlier ones first.
import { EventEmitter, on } from 'node:events';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const schema = buildSchema(`
  type Query { unused: String }
  type Mutation { say(text: String!): String! }
  type Subscription { said: String! }
`);

export function create(record) {
  const news = new EventEmitter().setMaxListeners(0);
  async function* said() {
    const later = on(news, 'text');
    for (const text of [...record]) yield { said: text };
    for await (const [text] of later) yield { said: text };
  }
  const say = ({ text }) => {
    record.push(text);
    news.emit('text', text);
    return text;
  };
  const roots = { query: {}, mutation: { say }, subscription: { said } };
  return {
    attach: (server) => {
      useServer({ schema, roots }, new WebSocketServer({ server }));
    },
  };
}
