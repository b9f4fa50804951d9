// Owns when the others are told that somebody types: at once when it begins, a little after it ended.
// Refuses to send: it says what there is to say.

/** How long a typist is believed to go on without a further sign, ms. */
const TYPING_LASTS = 3000;
/** How long an end is held back: typing often goes on, ms. */
const END_WAITS = 300;

export interface TypingSignal {
  /** Says it again only when what was said is about to be forgotten. */
  readonly set: (isTyping: boolean) => void;
  /** Nothing more is said. */
  readonly cancel: () => void;
}

export function createTypingSignal(say: (isTyping: boolean) => boolean): TypingSignal {
  // When it was last said that somebody types; 0 once the end was said.
  let saidAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isEnding = false;

  function cancel(): void {
    clearTimeout(timer);
    saidAt = 0;
    isEnding = false;
  }

  return {
    set: (isTyping) => {
      const now = Date.now();
      if (isTyping && now - saidAt >= TYPING_LASTS) saidAt = say(true) ? now : 0;
      // An end that is on its way is not put off.
      if (!saidAt || (isEnding && !isTyping)) return;
      isEnding = !isTyping;
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          cancel();
          say(false);
        },
        isTyping ? TYPING_LASTS : END_WAITS,
      );
    },
    cancel,
  };
}
