// The package's entries: the source of each, and its place in dist/.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

export const packageName = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name;

/**
 * Each becomes dist/<name>.js, dist/<name>.cjs and declarations. `uses`: the other entries whose files it may import.
 * `react`: the names of React that it imports; frameworks that render on a server must run it in the browser, too.
 * `node`: the modules of Node that it imports; no page loads it.
 */
export const entries = [
  { name: 'index', source: 'web/index.ts', uses: [] },
  { name: 'no-wasm', source: 'web/entries/no_wasm.ts', uses: ['index'] },
  { name: 'websocket', source: 'web/websocket/index.ts', uses: ['index'] },
  {
    name: 'components/WebSocketStatus',
    source: 'web/react/status/websocket_status.tsx',
    uses: [],
    react: {
      react: 'useEffect, useId, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore',
      'react/jsx-runtime': 'Fragment, jsx, jsxs',
    },
  },
  {
    name: 'react',
    source: 'web/react/index.ts',
    uses: ['index', 'components/WebSocketStatus'],
    react: {
      react:
        'createContext, createElement, useContext, useEffect, useLayoutEffect, useMemo, useState, ' +
        'useSyncExternalStore',
    },
  },
  {
    name: 'hooks/useChatWebSocket',
    source: 'web/entries/use_chat_websocket.ts',
    uses: ['react'],
    react: {},
  },
  { name: 'demo/websocket-demo', source: 'demo/websocket-demo.ts', uses: ['index'] },
  {
    name: 'server',
    source: 'server/node/index.ts',
    uses: [],
    node: ['node:async_hooks', 'node:crypto'],
  },
  { name: 'server/redis', source: 'server/node/redis.ts', uses: [], node: ['node:crypto'] },
];

/** The style sheet; its source imports the parts, which are joined in the output. */
export const styles = {
  source: 'web/react/styles.css',
  output: 'dist/styles.css',
  declaration: 'dist/types/styles.d.cts',
};
