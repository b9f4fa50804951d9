// Owns the layout of the page: which card stands where, and what each is given.
// Refuses to hold state beyond the hooks it calls.
import { useEffect, type ReactElement } from 'react';
import type { ChatApi } from './chat_api.js';
import { BreakPanel } from './components/break_panel.js';
import { ChartsCard } from './components/charts_card.js';
import { ChatCard } from './components/chat_card.js';
import { ConnectionCard } from './components/connection_card.js';
import { LogCard } from './components/log_card.js';
import { PageHead } from './components/page_head.js';
import { QueueCard } from './components/queue_card.js';
import type { Parameters } from './parameters.js';
import { usePreferences } from './preferences.js';
import type { SessionChoice } from './session_choice.js';
import { TextsContext, textsOf } from './texts.js';
import { useChat } from './use_chat.js';
import { useConnection, type Connection } from './use_connection.js';
import { useServer } from './use_server.js';

interface Props {
  readonly parameters: Parameters;
  readonly connection: Connection;
  readonly api: ChatApi;
  readonly choice: SessionChoice;
}

export function App({ parameters, connection, api, choice }: Props): ReactElement {
  const preferences = usePreferences(parameters);
  const { language } = preferences;
  const snapshot = useConnection(connection);
  const chat = useChat(connection, api, choice);
  const server = useServer();
  useEffect(() => {
    connection.setLocale(language);
  }, [connection, language]);
  return (
    <TextsContext value={textsOf(language)}>
      <PageHead connection={connection} snapshot={snapshot} preferences={preferences} />
      <main className="page">
        <div className="page-chat">
          <ChatCard chat={chat} isConnected={snapshot.status.connected} />
        </div>
        <div className="page-side">
          <ConnectionCard connection={connection} snapshot={snapshot} />
          <BreakPanel server={server} />
          <QueueCard queue={snapshot.queue} most={connection.websocket.options.maxQueueSize} />
        </div>
        <div className="page-below">
          <ChartsCard snapshot={snapshot} />
          <LogCard log={snapshot.record.log} />
        </div>
      </main>
    </TextsContext>
  );
}
