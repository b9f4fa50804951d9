// The entry `./hooks/useChatWebSocket`: the chat hook of `./react` under the file name that applications know.
export { useChatWebSocket, useChatWebSocket as default } from '../react/index.js';
