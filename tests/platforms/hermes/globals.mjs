// The globals that React Native adds to the engine, with a clock that the checks advance and a WebSocket that they script.
// There is no library of fake timers for Hermes.
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

    /** Records the text, and answers a ping as a server does. */
    send(text) {
      this.sent.push(text);
      if (text.startsWith('{"type":"ping"')) this.receive(text.replace('ping', 'pong'));
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
    /** Advances the clock by this time and runs the timers that are due; resolves after all microtasks. */
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
