// The errors of the session server. None contains a session id, a payload or an `auth`.

/** A message was refused: the session keeps as many unacknowledged messages as `maxQueue` allows. */
export class QueueFullError extends Error {
  /** Identifies the error without `instanceof`. */
  override readonly name = 'QueueFullError';

  constructor(maxQueue: number) {
    super(`The session keeps ${maxQueue} unacknowledged messages already (option "maxQueue")`);
  }
}

/** A message was refused: the session has ended, is being ended, or is unknown to the store. */
export class SessionEndedError extends Error {
  /** Identifies the error without `instanceof`. */
  override readonly name = 'SessionEndedError';

  constructor() {
    super('The session has ended');
  }
}

/** A frame breaks a rule of the protocol. Its connection is closed; the session is kept. */
export class Violation extends Error {
  readonly code: number;

  /** @param reason at most 123 bytes: it becomes the close reason. */
  constructor(reason: string, code = 4400) {
    super(reason);
    this.code = code;
  }
}

/** The text of an error about an option or argument. */
export function ruleText(name: string, rule: string): string {
  return `"${name}" must be ${rule}`;
}
