// The layout of the page: its cards and their data.
import { useEffect, useState, type ReactElement } from 'react';
import type { ChatApi } from './chat_api.js';
import { BreakPanel } from './components/break_panel.js';
import { ChatCard } from './components/chat_card.js';
import { ConnectionCard } from './components/connection_card.js';
import { LatencyCard } from './components/latency_card.js';
import { LogCard } from './components/log_card.js';
import { PageHead } from './components/page_head.js';
import { QueueCard } from './components/queue_card.js';
import { withAttempt, withoutDeliveries } from './connection_record.js';
import { createRecordStore, useConnectionRecord } from './connection_record_store.js';
import { toDeliveryCounts } from './delivery_counts.js';
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
  const [isInSession, setInSession] = useState(parameters.isInSession);
  const chat = useChat(parameters, preferences.language, api, isInSession, () => {
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
  const texts = getTexts(preferences.language);
  const counts = toDeliveryCounts(chat.state, record);
  const chooseSession = (isOn: boolean): void => {
    setInSession(isOn);
    chat.resetCounts();
    store.change(withoutDeliveries);
  };
  return (
    <TextsContext value={texts}>
      <PageHead state={connection.connectionState} preferences={preferences} />
      <main className="page">
        <p className="intro">{texts.intro}</p>
        <div className="page-chat">
          <ChatCard chat={chat} />
        </div>
        <div className="page-side">
          <BreakPanel server={server} choice={{ isOn: isInSession, choose: chooseSession }} counts={counts} />
          <QueueCard connection={connection} />
        </div>
        <div className="page-connection">
          <ConnectionCard connection={connection} record={record} messagesSent={counts.sent} />
        </div>
        <div className="page-below">
          <LatencyCard latencies={record.latencies} />
          <LogCard log={record.log} />
        </div>
      </main>
    </TextsContext>
  );
}
