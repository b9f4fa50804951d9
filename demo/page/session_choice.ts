// Owns which chat session the next connection is for: it is asked before every attempt.
// Refuses to tell anyone when it changes.

export interface SessionChoice {
  readonly get: () => number | null;
  readonly set: (sessionId: number | null) => void;
}

export function createSessionChoice(): SessionChoice {
  let chosen: number | null = null;
  return {
    get: () => chosen,
    set: (sessionId) => {
      chosen = sessionId;
    },
  };
}
