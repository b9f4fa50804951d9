// Turns of the event loop at little cost; timers cannot be used, because browsers clamp them.

const { port1, port2 } = new MessageChannel();
const resolvers: (() => void)[] = [];

port1.onmessage = () => {
  resolvers.shift()?.();
};

/** Resolves in a new task, after `count` turns of the event loop. */
export async function ticks(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    await new Promise<void>((resolve) => {
      resolvers.push(resolve);
      port2.postMessage(null);
    });
  }
}
