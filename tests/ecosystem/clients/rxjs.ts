// RxJS: the subject ends with the first `close` event. `retry` connects again, so the class must not.
import { retry, Subject } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import { Replies, type Connect, type Numbered } from './session.js';

export const connect: Connect = ({ url, classWith }) => {
  const replies = new Replies();
  const openObserver = new Subject<Event>();
  const closeObserver = new Subject<CloseEvent>();
  openObserver.subscribe(() => replies.connected());
  closeObserver.subscribe(() => replies.disconnected());
  const heartbeat = { message: '{"type":"ping"}', isReply: isPong };
  const WebSocketCtor = classWith({ enableAutoReconnect: false, heartbeat });
  const subject = webSocket<Numbered>({ url, WebSocketCtor, openObserver, closeObserver });
  const subscription = subject.pipe(retry({ delay: 100 })).subscribe((message) => replies.received(message));
  return {
    roundTrip: (text) => replies.request(text, (message) => subject.next(message)),
    close: () => subscription.unsubscribe(),
  };
};

function isPong(text: unknown): boolean {
  return text === '{"type":"pong"}';
}
