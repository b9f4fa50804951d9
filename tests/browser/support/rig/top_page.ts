// Owns the top window of the rig: it holds one frame for each client and keeps their ledgers, which outlive the frames.
// Refuses to touch a client.
import type { FrameApi, Ledger, PageEvent, Rig } from './ledger.js';

const ledgers: Record<string, Ledger> = {};
const frames: Record<string, FrameApi> = {};
const entered: Record<string, () => void> = {};
let events: PageEvent[] = [];

function newLedger(): Ledger {
  const lists = { refused: [], transmitted: [], unsent: [], dropped: [], complaints: [], lines: [] };
  return { next: 1, sockets: 0, ...lists };
}

const rig: Rig = {
  frames,
  ledger: (frame) => (ledgers[frame] ??= newLedger()),
  tell: (frame, name, detail) => {
    events.push({ frame, name, at: Date.now(), detail });
  },
  now: () => Date.now(),
  enter: (frame, api) => {
    frames[frame] = api;
    entered[frame]?.();
  },
  open: (frame) =>
    new Promise((resolve) => {
      entered[frame] = resolve;
      const element = document.createElement('iframe');
      element.name = frame;
      element.src = `/frame.html?name=${encodeURIComponent(frame)}`;
      // WebKit slows the timers of frames that are out of sight, so all lie over each other at the top.
      element.style.cssText = 'position: fixed; top: 0; left: 0; width: 200px; height: 100px';
      document.body.append(element);
    }),
  drain: () => {
    const drained = events;
    events = [];
    return drained;
  },
};

Object.assign(globalThis, { rig });
