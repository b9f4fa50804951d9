// A page on which a test mounts and unmounts chats in StrictMode. The test's server counts the connections.
import { StrictMode, useState, type ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { useChatWebSocket, WebSocketStatus } from '@advakod/resilient-websocket/react';

const url = new URLSearchParams(location.hash.slice(1)).get('url') ?? '';

function Chat({ sessionId }: { readonly sessionId: number }): ReactElement {
  const [count, setCount] = useState(0);
  const { websocket, isConnected } = useChatWebSocket(
    sessionId,
    () => {
      setCount((before) => before + 1);
    },
    { url, token: 'token', options: { logLevel: 'silent' } },
  );
  return (
    <section data-connected={isConnected}>
      {count} <WebSocketStatus websocket={websocket} />
    </section>
  );
}

let root: Root | undefined;

/** Shows `count` chats of each session; 0 unmounts everything. */
function show(count: number, sessions: readonly number[]): void {
  if (count === 0) {
    root?.unmount();
    root = undefined;
    return;
  }
  root ??= createRoot(document.querySelector('main') ?? document.body);
  const chats = sessions.flatMap((sessionId) =>
    Array.from({ length: count }, (_, index) => <Chat key={`${sessionId} ${index}`} sessionId={sessionId} />),
  );
  const current = root;
  flushSync(() => {
    current.render(<StrictMode>{chats}</StrictMode>);
  });
}

function mountAndUnmount(times: number): void {
  for (let time = 0; time < times; ++time) {
    show(1, [1]);
    show(0, []);
  }
}

Object.assign(globalThis, { show, mountAndUnmount });
