// Decides when typing notifications are sent: the start at once, the end after a short delay, because typing
// often goes on. It calls `send` and does not know the connection. Times are of a monotonic clock.

/** Time after which the receivers forget a typing user if the notification is not repeated, ms. */
const TYPING_LASTS = 3000;
/** Delay of the end notification, ms. */
const END_DELAY = 300;

export interface TypingSignal {
  /** Repeated calls send the start again only when the previous one is about to expire. */
  readonly set: (isTyping: boolean) => void;
  /** Cancels what is pending; nothing more is sent. */
  readonly cancel: () => void;
}

/** `send` returns whether the notification was sent. */
export function createTypingSignal(send: (isTyping: boolean) => boolean): TypingSignal {
  // When the receivers forget the start; 0 if it was not sent, or if the end was sent since.
  let expiry = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isEnding = false;

  function cancel(): void {
    clearTimeout(timer);
    expiry = 0;
    isEnding = false;
  }

  return {
    set: (isTyping) => {
      const now = performance.now();
      if (isTyping && now >= expiry) expiry = send(true) ? now + TYPING_LASTS : 0;
      // A further `false` does not postpone an end that is already scheduled.
      if (expiry === 0 || (isEnding && !isTyping)) return;
      isEnding = !isTyping;
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          cancel();
          send(false);
        },
        isTyping ? TYPING_LASTS : END_DELAY,
      );
    },
    cancel,
  };
}
