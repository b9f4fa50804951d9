// What React Native has and the engine alone does not, with a clock that the checks turn,
// and a WebSocket that they script. There are no fake timers for Hermes.
{
  const nextTask = globalThis.setTimeout;
  const start = 1_700_000_000_000;
  const timers = new Map();
  let time = start;
  let newest = 0;

  const dueBefore = (end) => [...timers.entries()].filter(([, { due }]) => due <= end);

  class ScriptedWebSocket {
    constructor(url) {
      Object.assign(this, { url, readyState: 0, bufferedAmount: 0, sent: [] });
      ScriptedWebSocket.made.push(this);
    }

    open() {
      this.readyState = 1;
      this.onopen({});
    }

    receive(data) {
      this.onmessage({ data });
    }

    end(code, reason, wasClean) {
      this.readyState = 3;
      this.onclose({ code, reason, wasClean });
    }

    /** Answers pings as a server does. */
    send(text) {
      this.sent.push(text);
      const { type, timestamp } = JSON.parse(text);
      if (type === 'ping') this.receive(JSON.stringify({ type: 'pong', timestamp }));
    }

    close(code, reason) {
      this.end(code, reason, true);
    }
  }
  ScriptedWebSocket.made = [];

  Date.now = () => time;
  const log = () => undefined;
  Object.assign(globalThis, {
    performance: { now: () => time - start },
    console: { log, debug: log, info: log, warn: log, error: log },
    queueMicrotask: (callback) => void Promise.resolve().then(callback),
    setTimeout: (callback, delay = 0) => {
      timers.set((newest += 1), { due: time + delay, callback });
      return newest;
    },
    clearTimeout: (id) => void timers.delete(id),
    WebSocket: ScriptedWebSocket,
    /** Lets so many milliseconds pass, then all microtasks run. */
    advance: (milliseconds) => {
      const end = time + milliseconds;
      for (let found = dueBefore(end); found.length > 0; found = dueBefore(end)) {
        const [id, { due, callback }] = found.sort(([, one], [, other]) => one.due - other.due)[0];
        timers.delete(id);
        time = Math.max(time, due);
        callback();
      }
      time = end;
      return new Promise((resolve) => nextTask(resolve, 0));
    },
  });
}
