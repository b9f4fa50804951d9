// The environment of tests of hooks: fake timers, a scripted WebSocket, and a check after each test that no
// timer, socket or listener is left.
import { StrictMode, type ReactNode } from 'react';
import { act, cleanup, render, renderHook, type RenderHookResult } from '@testing-library/react';
import { afterEach, beforeEach, expect, vi, type MockInstance } from 'vitest';
import { ScriptedWebSocket } from '../../support/scripted_web_socket.js';

/** Longer than any connection is kept after its last component was unmounted. */
export const graceAtMost = 1000;

type Spy = MockInstance<(...args: unknown[]) => void>;

/** Spies on the console, by method. */
export const consoleSpies: Record<'log' | 'warn' | 'error' | 'debug', Spy> = {} as never;

let listeners: Set<string>;

/** Call at the top of a test file. `end` is called after each test, before it is checked that nothing is left. */
export function setUpReactTests(end?: () => void): void {
  beforeEach(() => {
    vi.useFakeTimers();
    ScriptedWebSocket.install();
    localStorage.clear();
    for (const method of ['log', 'warn', 'error', 'debug'] as const) {
      consoleSpies[method] = vi.spyOn(console, method).mockImplementation(() => undefined);
    }
    listeners = watchListeners();
  });
  afterEach(async () => {
    cleanup();
    end?.();
    await act(() => vi.advanceTimersByTimeAsync(graceAtMost));
    const left = { sockets: openSockets(), listeners: [...listeners], timers: vi.getTimerCount() };
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    expect(left).toEqual({ sockets: [], listeners: [], timers: 0 });
  });
}

/** Sockets that are not closed. */
export function openSockets(): ScriptedWebSocket[] {
  return ScriptedWebSocket.made.filter((socket) => socket.readyState < ScriptedWebSocket.CLOSING);
}

/** The listeners on window and document beyond those at the start, kept up to date. */
function watchListeners(): Set<string> {
  const present = new Set<string>();
  const ids = new WeakMap<object, number>();
  let count = 0;
  for (const target of [window, document]) {
    const name = target === window ? 'window' : 'document';
    const label = (type: string, listener: object | null) => {
      if (listener !== null && !ids.has(listener)) ids.set(listener, ++count);
      return `${name} ${type} ${ids.get(listener ?? {}) ?? 0}`;
    };
    const { addEventListener, removeEventListener } = target;
    vi.spyOn(target, 'addEventListener').mockImplementation((type: string, listener, options) => {
      // React's own listeners stay as long as the page.
      if (type !== 'selectionchange' && type !== 'error') present.add(label(type, listener));
      addEventListener.call(target, type, listener, options);
    });
    vi.spyOn(target, 'removeEventListener').mockImplementation((type: string, listener, options) => {
      present.delete(label(type, listener));
      removeEventListener.call(target, type, listener, options);
    });
  }
  return present;
}

export function listenerCount(): number {
  return listeners.size;
}

/** Renders in StrictMode. */
export function renderStrictly(node: ReactNode): ReturnType<typeof render> {
  return render(<StrictMode>{node}</StrictMode>);
}

/** Renders a hook in StrictMode; its argument is changed by `rerender`. */
export function hookStrictly<Result, Props>(
  hook: (props: Props) => Result,
  initialProps: NoInfer<Props>,
): RenderHookResult<Result, Props> {
  return renderHook(hook, { initialProps, reactStrictMode: true });
}

/** Opens the last socket and returns it. */
export function open(): ScriptedWebSocket {
  const socket = ScriptedWebSocket.last;
  act(() => {
    socket.open();
  });
  return socket;
}

/** Delivers frames to the last socket. */
export function deliver(...frames: unknown[]): void {
  act(() => {
    for (const frame of frames) ScriptedWebSocket.last.deliverJson(frame);
  });
}

export async function pass(milliseconds: number): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(milliseconds));
}

/** The messages sent on a socket, parsed, without control frames. */
export function sentOn(socket: ScriptedWebSocket): unknown[] {
  return socket.userFrames.map((frame) => JSON.parse(String(frame)) as unknown);
}

export const sent = (): unknown[] => sentOn(ScriptedWebSocket.last);
