// The globals of browsers and servers, read from `globalThis` when they are needed: in a page without modules
// `const URL = …` hides the platform's URL from every bare use of the name. Any of them may be missing or replaced.

/** Not in every browser, and `type` not in every browser that has it. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/** Required for a script's URL under `require-trusted-types-for`; not in every browser. */
interface TrustedTypes {
  createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
}

export interface Platform extends Partial<EventTarget> {
  readonly URL: typeof URL;
  readonly WebSocket?: unknown;
  readonly Worker?: typeof Worker;
  readonly Blob: typeof Blob;
  readonly document?: Document;
  readonly performance?: { now(): number };
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly onLine?: unknown; readonly connection?: NetworkInformation };
  readonly trustedTypes?: TrustedTypes;
}

export const platform: Platform = globalThis;
