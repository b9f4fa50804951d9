// The environment that a build gives the hooks, and what they write to the console. Build tools replace the
// expressions process.env.… and import.meta.env?.… textually, so each must stand here exactly as it is. Where a tool
// did not replace one and the object does not exist, the variable counts as not set. Nothing is read at import:
// tests and servers set the environment later.
import { type LogLevel } from '../types.js';

declare const process: { readonly env: { readonly REACT_APP_WS_URL?: string } };

// Vite declares more members of these interfaces; other tools declare none.
declare global {
  interface ImportMetaEnv {
    readonly VITE_WS_URL?: string;
  }
  interface ImportMeta {
    readonly env?: ImportMetaEnv;
  }
}

/** REACT_APP_WS_URL, then VITE_WS_URL; undefined or '' where it is not set. */
export function environmentUrls(): (string | undefined)[] {
  return [
    valueOrUndefined(() => process.env.REACT_APP_WS_URL),
    valueOrUndefined(() => import.meta.env?.VITE_WS_URL),
  ];
}

/** The value that `read` returns; undefined if it throws. */
export function valueOrUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export function logWarning(text: string, logLevel: LogLevel | undefined): void {
  if (logLevel !== 'silent' && logLevel !== 'error') console.warn(`ResilientWebSocket: ${text}`);
}

export function logError(text: string, logLevel?: LogLevel): void {
  if (logLevel !== 'silent') console.error(`ResilientWebSocket: ${text}`);
}
