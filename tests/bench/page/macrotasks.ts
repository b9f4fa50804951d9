// Owns turns of the event loop that cost next to nothing. Refuses timers, which browsers clamp.

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];

port1.onmessage = () => {
  waiting.shift()?.();
};

/** Resolves in a new task, after `count` turns of the event loop. */
export async function ticks(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
  }
}
