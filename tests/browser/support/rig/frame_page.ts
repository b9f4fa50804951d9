// Owns a frame of the rig: one client, what it is given to send, and what it says of itself.
// Refuses to judge, and to keep anything: the top window's ledger does.
import { frameName, rig } from './place.js';
import './bent_world.js';
import './recorded_websocket.js';
import { startSubject, type Subject } from './subjects.js';
import type { EventName, FrameApi } from './ledger.js';

const ledger = rig.ledger(frameName);
let subject: Subject | undefined;
let isUp = false;
let ticking: ReturnType<typeof setInterval> | undefined;

function tell(name: EventName, detail = ''): void {
  rig.tell(frameName, name, detail);
}

function complain(text: string): void {
  ledger.complaints.push(text);
}

function send(count: number, padding = 0): void {
  for (let sent = 0; sent < count; ++sent) {
    const n = ledger.next;
    ledger.next += 1;
    const message = { n, ...(padding > 0 && { padding: 'x'.repeat(padding) }) };
    if (subject?.send(message) !== true) ledger.refused.push(n);
  }
}

const api: FrameApi = {
  begin: (beginning) => {
    subject = startSubject(beginning, {
      up: () => {
        isUp = true;
        tell('up');
      },
      down: (detail) => {
        isUp = false;
        tell('down', detail);
      },
      failed: (detail) => {
        tell('failed', detail);
      },
      error: (detail) => {
        tell('error', detail);
      },
      dropped: (n, reason) => {
        ledger.dropped.push({ n, reason, at: rig.now() });
      },
    });
    Object.assign(globalThis, { client: subject.client });
  },
  send,
  tick: (interval) => {
    clearInterval(ticking);
    if (interval > 0) {
      ticking = setInterval(() => {
        send(1);
      }, interval);
    }
  },
  queued: () => subject?.queued() ?? 0,
  isUp: () => isUp,
  state: () => subject?.state() ?? 'none',
  end: () => {
    clearInterval(ticking);
    subject?.end();
    subject = undefined;
  },
};

window.addEventListener('error', ({ message }) => {
  complain(message);
});
window.addEventListener('unhandledrejection', ({ reason }) => {
  complain(String(reason));
});
document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
  complain(`broken content rule ${violatedDirective}`);
});
for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
  const write = console[method].bind(console);
  console[method] = (...words: unknown[]) => {
    const line = words.map(String).join(' ');
    ledger.lines.push(line);
    // What the client says of losses is no fault of it.
    if (method === 'error' && !line.startsWith('ResilientWebSocket:')) complain(line);
    write(...words);
  };
}
for (const type of ['online', 'offline', 'pagehide', 'pageshow']) {
  window.addEventListener(type, (event) => {
    tell('page', `${type} ${String((event as PageTransitionEvent).persisted ?? '')}`.trim());
  });
}
for (const type of ['visibilitychange', 'freeze', 'resume']) {
  document.addEventListener(type, () => {
    tell('page', type);
  });
}

// For what a test evaluates in this frame.
Object.assign(globalThis, { rig: api });
rig.enter(frameName, api);
