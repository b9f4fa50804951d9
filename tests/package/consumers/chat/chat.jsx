// The chat that all consumer projects render, with the documented imports.
import { useState } from 'react';
import WebSocketStatus from '@advakod/resilient-websocket/components/WebSocketStatus';
import { useChatWebSocket } from '@advakod/resilient-websocket/hooks/useChatWebSocket';

const parameters = new URLSearchParams(window.location.search);

export function Chat() {
  const [contents, setContents] = useState([]);
  const handleNewMessage = ({ content, role }) => {
    if (role === 'user') setContents((earlier) => [...earlier, content]);
  };
  const { connectionState, websocket, sendChatMessage, forceReconnect } = useChatWebSocket(
    parameters.get('session'),
    handleNewMessage,
    // A page without a build gets the server's URL as a parameter.
    ...(parameters.has('server') ? [{ url: parameters.get('server') }] : []),
  );
  return (
    <main>
      <p data-testid="state">{connectionState}</p>
      <WebSocketStatus websocket={websocket} onReconnect={forceReconnect} />
      <button onClick={() => sendChatMessage('Привет!')}>Отправить</button>
      <ul>
        {contents.map((content, index) => (
          <li key={index}>{content}</li>
        ))}
      </ul>
    </main>
  );
}
