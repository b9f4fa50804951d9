// Owns websocket-ts as a contender. By itself it neither connects again nor queues, so that its documented example,
// a buffer and a backoff, stands for its defaults.
import { ArrayQueue, ConstantBackoff, ExponentialBackoff, WebsocketBuilder } from 'websocket-ts';
import { type Contender } from './contender.js';

const exampleWait = 1000;

export const contender: Contender = {
  parses: false,
  open: (url, { opened, message, firstWait }) => {
    // Its first exponential wait is twice the base.
    const backoff =
      firstWait === undefined ? new ConstantBackoff(exampleWait) : new ExponentialBackoff(firstWait / 2, 8);
    const client = new WebsocketBuilder(url)
      .withBuffer(new ArrayQueue())
      .withBackoff(backoff)
      .onOpen(opened)
      .onMessage((_, { data }) => {
        message(data);
      })
      .build();
    client.binaryType = 'arraybuffer';
    return {
      client,
      close: () => {
        client.close();
      },
    };
  },
  construct: (url) =>
    new WebsocketBuilder(url)
      .withBuffer(new ArrayQueue())
      .withBackoff(new ConstantBackoff(exampleWait))
      .build(),
};
