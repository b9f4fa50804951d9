// Owns where the environment says the server is. Written for tools that replace these expressions while they build:
// each stands here word for word, and where nobody replaced it and it does not exist, that is no error.
// Refuses to be read at import: tests and servers set the environment later.

declare const process: { readonly env: { readonly REACT_APP_WS_URL?: string } };

// Under Vite there is more of it, elsewhere nothing.
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
  return [ifThere(() => process.env.REACT_APP_WS_URL), ifThere(() => import.meta.env?.VITE_WS_URL)];
}

/** What is read; undefined where it does not exist, or must not be read. */
export function ifThere<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
