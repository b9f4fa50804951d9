// What the package exports. Importing it has no side effect.
import { ResilientWebSocket } from './resilient_websocket.js';

export default ResilientWebSocket;
export { ResilientWebSocket };
export { preload } from './core/load.js';
/** @internal */
export { setTranslatedCore } from './core/load.js';
export {
  ConnectionError,
  DeliveryError,
  DestroyedError,
  HandshakeError,
  UnsupportedEnvironmentError,
} from './errors.js';
export { getTexts, type Texts } from './locales.js';
export type * from './types.js';
