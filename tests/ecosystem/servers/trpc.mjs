// A router with a mutation, and a subscription that gives every text that was said, the earlier ones first.
import { EventEmitter, on } from 'node:events';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';

/** @param {string[]} record */
function createRouter(record) {
  const { router, procedure } = initTRPC.create();
  const news = new EventEmitter().setMaxListeners(0);
  const toText = (/** @type {unknown} */ input) => String(input);
  return router({
    say: procedure.input(toText).mutation(({ input }) => {
      record.push(input);
      news.emit('text', input);
      return input;
    }),
    said: procedure.subscription(async function* ({ signal }) {
      const later = on(news, 'text', { signal });
      for (const text of [...record]) yield text;
      for await (const [text] of later) yield String(text);
    }),
  });
}

/** @typedef {ReturnType<typeof createRouter>} Router */

export function create(record) {
  const router = createRouter(record);
  return {
    attach: (server) => {
      applyWSSHandler({ wss: new WebSocketServer({ server }), router });
    },
  };
}
