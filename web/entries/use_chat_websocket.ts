// Owns the entry `./hooks/useChatWebSocket`: the chat hook under the file name that applications know.
// Refuses to hold code: the hook and the connections it shares are those of `./react`.
export { useChatWebSocket, useChatWebSocket as default } from '../react/index.js';
