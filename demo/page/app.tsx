// The layout of the page: its cards and their data.
import { useEffect, useState, type ReactElement } from 'react';
import type { ChatApi } from './chat_api.js';
import { BreakPanel } from './components/break_panel.js';
import { ChartsCard } from './components/charts_card.js';
import { ChatCard } from './components/chat_card.js';
import { ConnectionCard } from './components/connection_card.js';
import { LogCard } from './components/log_card.js';
import { PageHead } from './components/page_head.js';
import { QueueCard } from './components/queue_card.js';
import { withAttempt } from './connection_record.js';
import { createRecordStore, useConnectionRecord } from './connection_record_store.js';
import type { Parameters } from './parameters.js';
import { usePreferences } from './preferences.js';
import { TextsContext, getTexts } from './texts.js';
import { useChat } from './use_chat.js';
import { useServer } from './use_server.js';

interface Props {
  readonly parameters: Parameters;
  readonly api: ChatApi;
}

export function App({ parameters, api }: Props): ReactElement {
  const preferences = usePreferences(parameters);
  const [store] = useState(createRecordStore);
  const chat = useChat(parameters, preferences.language, api, () => {
    store.change((record) => withAttempt(record, Date.now()));
  });
  const { connection } = chat;
  const { websocket } = connection;
  const record = useConnectionRecord(store, websocket);
  const server = useServer();
  useEffect(() => {
    // The client of the open session, for use in the console.
    Object.assign(globalThis, { websocket });
  }, [websocket]);
  return (
    <TextsContext value={getTexts(preferences.language)}>
      <PageHead connection={connection} preferences={preferences} />
      <main className="page">
        <div className="page-chat">
          <ChatCard chat={chat} />
        </div>
        <div className="page-side">
          <ConnectionCard connection={connection} record={record} />
          <BreakPanel server={server} />
          <QueueCard connection={connection} />
        </div>
        <div className="page-below">
          <ChartsCard connection={connection} record={record} />
          <LogCard log={record.log} />
        </div>
      </main>
    </TextsContext>
  );
}
