// websocket-ts as a contender. By default it neither reconnects nor queues, so its documented example with a
// buffer and a backoff is used in place of its defaults.
import { ArrayQueue, ConstantBackoff, ExponentialBackoff, WebsocketBuilder } from 'websocket-ts';
import { type Contender } from './contender.js';

const exampleDelay = 1000;

export const contender: Contender = {
  parses: false,
  open: (url, { onOpen, onMessage, firstDelay }) => {
    // Its first exponential delay is twice the base.
    const backoff =
      firstDelay === undefined
        ? new ConstantBackoff(exampleDelay)
        : new ExponentialBackoff(firstDelay / 2, 8);
    const client = new WebsocketBuilder(url)
      .withBuffer(new ArrayQueue())
      .withBackoff(backoff)
      .onOpen(onOpen)
      .onMessage((_, { data }) => {
        onMessage(data);
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
      .withBackoff(new ConstantBackoff(exampleDelay))
      .build(),
};
