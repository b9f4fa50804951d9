// Tests of the last message as state, and of the filters of messages.
import { type ReactElement } from 'react';
import { act, render } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { useLastMessage, useResilientWebSocket } from '../../../web/react/index.js';
import { deliver, hookStrictly, open, setUpReactTests } from './support/react_environment.js';

interface Price {
  readonly id: number;
  readonly price: number;
}

const url = 'wss://server.test/a';

setUpReactTests();

it('forty widgets on one connection: a message renders the one that it concerns, once', () => {
  const renders = Array.from({ length: 40 }, () => 0);
  function Widget({ id }: { id: number }): ReactElement {
    const { websocket } = useResilientWebSocket<Price>(url, { logLevel: 'silent' });
    const last = useLastMessage(websocket, { filter: (message) => message.id === id });
    renders[id] = (renders[id] ?? 0) + 1;
    return <p>{last?.price ?? 'none'}</p>;
  }
  const { container } = render(renders.map((_, id) => <Widget key={id} id={id} />));
  open();
  const before = [...renders];
  deliver({ id: 7, price: 42 });
  expect(renders.map((count, id) => count - (before[id] ?? 0))).toEqual(
    renders.map((_, id) => (id === 7 ? 1 : 0)),
  );
  expect([...container.children].map(({ textContent }) => textContent)).toEqual(
    renders.map((_, id) => (id === 7 ? '42' : 'none')),
  );
});

/** The hook on a connection to `at`, with a filter of prices. */
function renderLast(above?: number) {
  return hookStrictly(
    ({ at, above: limit }: { at: string | null; above: number | undefined }) => {
      const { websocket } = useResilientWebSocket<Price>(at, { logLevel: 'silent' });
      return useLastMessage(websocket, limit === undefined ? {} : { filter: ({ price }) => price > limit });
    },
    { at: url, above },
  );
}

it('is undefined before the first message, and the last one of several', () => {
  const { result } = renderLast();
  open();
  expect(result.current).toBeUndefined();
  deliver({ id: 1, price: 1 }, { id: 2, price: 2 });
  expect(result.current).toEqual({ id: 2, price: 2 });
});

it('a changed filter counts from the next message on', () => {
  const hook = renderLast(10);
  open();
  deliver({ id: 1, price: 11 }, { id: 1, price: 9 });
  expect(hook.result.current?.price).toBe(11);
  hook.rerender({ at: url, above: 20 });
  expect(hook.result.current?.price).toBe(11);
  deliver({ id: 1, price: 12 });
  expect(hook.result.current?.price).toBe(11);
  deliver({ id: 1, price: 21 });
  expect(hook.result.current?.price).toBe(21);
});

it('belongs to its client: another one, or none, begins anew', () => {
  const hook = renderLast();
  open();
  deliver({ id: 1, price: 1 });
  hook.rerender({ at: `${url}/2`, above: undefined });
  expect(hook.result.current).toBeUndefined();
  open();
  deliver({ id: 2, price: 2 });
  expect(hook.result.current?.id).toBe(2);
  hook.rerender({ at: null, above: undefined });
  expect(hook.result.current).toBeUndefined();
});

it('the filter of useResilientWebSocket decides what onMessage gets', () => {
  const onMessage = vi.fn();
  const hook = hookStrictly(
    ({ above }: { above: number }) =>
      useResilientWebSocket<Price>(url, {
        logLevel: 'silent',
        onMessage,
        filter: ({ price }) => price > above,
      }),
    { above: 10 },
  );
  open();
  deliver({ price: 10 }, { price: 11 });
  act(() => {
    hook.rerender({ above: 0 });
  });
  deliver({ price: 1 });
  expect(onMessage.mock.calls).toEqual([[{ price: 11 }], [{ price: 1 }]]);
});
