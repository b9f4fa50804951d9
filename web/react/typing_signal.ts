// Owns when the others are told that somebody types: at once when it begins, a little after it ended.
// Refuses to send: it says what there is to say.

/** How long a typist is believed to go on without a further sign, ms. */
const TYPING_LASTS = 3000;
/** How long an end is held back: typing often goes on, ms. */
const END_WAITS = 300;

type Timer = ReturnType<typeof setTimeout>;

export class TypingSignal {
  readonly #say: (isTyping: boolean) => boolean;
  // When it was last said that somebody types; null once the end was said.
  #saidAt: number | null = null;
  #timer: Timer | undefined;
  #isEnding = false;

  constructor(say: (isTyping: boolean) => boolean) {
    this.#say = say;
  }

  /** Says it again only when what was said is about to be forgotten. */
  set(isTyping: boolean): void {
    if (isTyping) {
      const now = Date.now();
      if (this.#saidAt === null || now - this.#saidAt >= TYPING_LASTS) {
        this.#saidAt = this.#say(true) ? now : null;
      }
      if (this.#saidAt !== null) this.#endIn(TYPING_LASTS, false);
    } else if (this.#saidAt !== null && !this.#isEnding) {
      this.#endIn(END_WAITS, true);
    }
  }

  /** Nothing more is said. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#saidAt = null;
    this.#isEnding = false;
  }

  #endIn(milliseconds: number, isEnding: boolean): void {
    clearTimeout(this.#timer);
    this.#isEnding = isEnding;
    this.#timer = setTimeout(() => {
      this.cancel();
      this.#say(false);
    }, milliseconds);
  }
}
