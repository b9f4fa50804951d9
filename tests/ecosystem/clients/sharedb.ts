// ShareDB: its connection takes a socket that connects again by itself, and sends unacknowledged operations anew.
import Client from 'sharedb/lib/client/index.js';
import type { Socket } from 'sharedb/lib/sharedb.js';
import type { Connect } from './session.js';

interface Texts {
  readonly texts: readonly string[];
}

export const connect: Connect = async ({ url, classWith }) => {
  const heartbeat = { message: '{"a":"pp"}', isReply: (text: unknown) => text === '{"a":"pp"}' };
  const socket = new (classWith({ heartbeat }))(url);
  const connection = new Client.Connection(socket as Socket);
  const doc = connection.get('notes', 'texts') as Client.Doc<Texts>;
  await new Promise<void>((resolve, reject) => {
    doc.subscribe((error) => (error ? reject(error) : resolve()));
  });
  return {
    roundTrip: (text) =>
      new Promise((resolve, reject) => {
        const operation = { p: ['texts', doc.data.texts.length], li: text };
        doc.submitOp(operation, {}, (error) => {
          if (error) reject(error);
          else resolve(doc.data.texts.at(-1) ?? '');
        });
      }),
    close: () => connection.close(),
  };
};
