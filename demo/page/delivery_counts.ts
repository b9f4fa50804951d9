// What became of the user's messages on this page since the session was last switched on or off.
import type { ConnectionRecord } from './connection_record.js';
import { countArrived, countSent, type ChatState } from './chat_state.js';

export interface DeliveryCounts {
  /** Messages that have left the page. */
  readonly sent: number;
  /** Messages that the client has reported as delivered. */
  readonly confirmed: number;
  /** Messages that the server has stored, as its answers and its history show. */
  readonly arrived: number;
  /** Messages that the client has reported as unconfirmed. */
  readonly unconfirmed: number;
}

export function toDeliveryCounts(state: ChatState, { deliveries }: ConnectionRecord): DeliveryCounts {
  return { sent: countSent(state), arrived: countArrived(state), ...deliveries };
}
