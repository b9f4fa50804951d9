// The page that both servers render: every component and hook of the package once.

exports.createPage = ({ h, ResilientWebSocket, ResilientWebSocketProvider, WebSocketStatus, ...hooks }) => {
  const websocket = new ResilientWebSocket('ws://localhost/', { logLevel: 'silent' });
  const Chat = () => {
    const { connectionState } = hooks.useChatWebSocket('7', () => {});
    return h('p', null, `chat ${connectionState}`);
  };
  const Feed = () => {
    const { connectionState } = hooks.useResilientWebSocket('ws://localhost/feed');
    return h('p', null, `feed ${connectionState}`);
  };
  return () =>
    h(
      ResilientWebSocketProvider,
      null,
      h(Chat),
      h(Feed),
      h(WebSocketStatus, { websocket, showDetails: true, className: 'mine' }),
    );
};
