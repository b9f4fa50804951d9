// The script of a frame: it runs one client, sends numbered messages through it, and records what happens.
// The record is kept in the top window.
import { frameName, top } from './frame_context.js';
// These two replace globals, so they must stand before the import of the clients.
import './simulated_environment.js';
import './recorded_websocket.js';
import { startClient, type ClientAdapter } from './client_adapters.js';
import type { EventName, FrameApi } from './client_record.js';

const record = top.record(frameName);
let client: ClientAdapter | undefined;
let isUp = false;
let interval: ReturnType<typeof setInterval> | undefined;

function emit(name: EventName, detail = ''): void {
  top.emit(frameName, name, detail);
}

function recordError(text: string): void {
  record.errors.push(text);
}

function send(count: number, padding = 0): void {
  for (let sent = 0; sent < count; ++sent) {
    const n = record.next;
    record.next += 1;
    const message = { n, ...(padding > 0 && { padding: 'x'.repeat(padding) }) };
    if (client?.send(message) !== true) record.rejected.push(n);
  }
}

const api: FrameApi = {
  start: (start) => {
    client = startClient(start, {
      up: () => {
        isUp = true;
        emit('up');
      },
      down: (detail) => {
        isUp = false;
        emit('down', detail);
      },
      failed: (detail) => {
        emit('failed', detail);
      },
      error: (detail) => {
        emit('error', detail);
      },
      dropped: (n, reason) => {
        record.dropped.push({ n, reason, at: top.now() });
      },
    });
    Object.assign(globalThis, { client: client.client });
  },
  send,
  sendEvery: (milliseconds) => {
    clearInterval(interval);
    if (milliseconds > 0) {
      interval = setInterval(() => {
        send(1);
      }, milliseconds);
    }
  },
  queued: () => client?.queued() ?? 0,
  isUp: () => isUp,
  state: () => client?.state() ?? 'none',
  end: () => {
    clearInterval(interval);
    client?.end();
    client = undefined;
  },
};

window.addEventListener('error', ({ message }) => {
  recordError(message);
});
window.addEventListener('unhandledrejection', ({ reason }) => {
  recordError(String(reason));
});
document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
  recordError(`content security policy violation: ${violatedDirective}`);
});
for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
  const write = console[method].bind(console);
  console[method] = (...parameters: unknown[]) => {
    const line = parameters.map(String).join(' ');
    record.consoleLines.push(line);
    // The client logs lost connections as errors; these are no failures of the client.
    if (method === 'error' && !line.startsWith('ResilientWebSocket:')) recordError(line);
    write(...parameters);
  };
}
for (const type of ['online', 'offline', 'pagehide', 'pageshow']) {
  window.addEventListener(type, (event) => {
    emit('page', `${type} ${String((event as PageTransitionEvent).persisted ?? '')}`.trim());
  });
}
for (const type of ['visibilitychange', 'freeze', 'resume']) {
  document.addEventListener(type, () => {
    emit('page', type);
  });
}

// For expressions that a test evaluates in this frame.
Object.assign(globalThis, { frameApi: api });
top.register(frameName, api);
