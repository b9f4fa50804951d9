// The script of the top window: it opens one frame for each client, and keeps their records and events, also
// when a frame is gone.
import type { ClientRecord, FrameApi, PageEvent, TopApi } from './client_record.js';

const records: Record<string, ClientRecord> = {};
const frames: Record<string, FrameApi> = {};
const onLoaded: Record<string, () => void> = {};
let events: PageEvent[] = [];

function createRecord(): ClientRecord {
  const lists = { rejected: [], sent: [], unsent: [], dropped: [], errors: [], consoleLines: [] };
  return { next: 1, sockets: 0, ...lists };
}

const testPage: TopApi = {
  frames,
  record: (frame) => (records[frame] ??= createRecord()),
  emit: (frame, name, detail) => {
    events.push({ frame, name, at: Date.now(), detail });
  },
  now: () => Date.now(),
  register: (frame, api) => {
    frames[frame] = api;
    onLoaded[frame]?.();
  },
  open: (frame) =>
    new Promise((resolve) => {
      onLoaded[frame] = resolve;
      const element = document.createElement('iframe');
      element.name = frame;
      element.src = `/frame.html?name=${encodeURIComponent(frame)}`;
      // All frames are in the same place at the top: WebKit throttles timers of frames outside the viewport.
      element.style.cssText = 'position: fixed; top: 0; left: 0; width: 200px; height: 100px';
      document.body.append(element);
    }),
  takeEvents: () => {
    const taken = events;
    events = [];
    return taken;
  },
};

Object.assign(globalThis, { testPage });
