// Checks that the React examples of the README work: each is extracted from it, built and rendered.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { type FunctionComponent } from 'react';
import { beforeAll, expect, it, vi } from 'vitest';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import {
  consoleSpies,
  deliver,
  open,
  openSockets,
  sent,
  setUpReactTests,
} from './support/react_environment.js';

const folder = 'build/readme_examples';
const source = readFileSync('README.md', 'utf8');
const examples = [...source.matchAll(/```jsx\n(.*?)```/gs)].map(([, code = '']) => code);

/** The example whose code contains this word, as a component. */
async function example(word: string): Promise<FunctionComponent<Record<string, unknown>>> {
  const index = examples.findIndex((code) => code.includes(word));
  const module: unknown = await import(/* @vite-ignore */ pathToFileURL(join(folder, `${index}.mjs`)).href);
  return (module as { default: FunctionComponent<Record<string, unknown>> }).default;
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const [index, input] of examples.entries()) {
    const flags = ['--bundle', '--format=esm', '--target=es2022', '--jsx=automatic', '--loader=jsx'];
    const others = ['--external:react', '--external:react/*', '--loader:.css=empty', '--log-level=warning'];
    const outfile = `--outfile=${join(folder, `${index}.mjs`)}`;
    // In a separate process, because esbuild does not run under jsdom.
    execFileSync('node_modules/.bin/esbuild', [...flags, ...others, outfile], { input });
  }
});

setUpReactTests();

it('the README has three React examples, each tested below', () => {
  expect(examples).toHaveLength(3);
});

it('the chat example sends messages and shows received ones', async () => {
  const Chat = await example('stopGeneration');
  localStorage.setItem('token', 'abc');
  render(<Chat sessionId={7} />);
  expect(ScriptedWebSocket.last.url).toBe('ws://localhost:8000/session/7?token=abc');
  open();
  fireEvent.change(screen.getByLabelText('Message'), { target: { value: 'Hello' } });
  fireEvent.click(screen.getByText('Send'));
  expect(sent()).toEqual([
    { type: 'typing', is_typing: true, session_id: 7 },
    { type: 'new_message', content: 'Hello', session_id: 7 },
  ]);
  expect(screen.getByText('Stop')).toBeTruthy();
  deliver({ type: 'new_message', data: { id: 1, content: 'Hi!', role: 'assistant' }, session_id: 7 });
  expect(screen.getByText('Hi!')).toBeTruthy();
  expect(screen.queryByText('Stop')).toBeNull();
  expect(screen.getByText('Онлайн')).toBeTruthy();
});

it('the chat example with all options gets its token from a function and shows the answer', async () => {
  const Answer = await example('getToken');
  const fetchToken = vi.fn(() => Promise.resolve('fresh'));
  const { container } = render(<Answer sessionId={7} fetchToken={fetchToken} />);
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(fetchToken).toHaveBeenCalledOnce();
  expect(ScriptedWebSocket.last.url).toBe('wss://chat.example.com/ws/session/7');
  expect(ScriptedWebSocket.last.protocols).toEqual(['bearer', 'fresh']);
  open();
  deliver({ type: 'message_update', data: { id: 2, content: 'So', role: 'assistant' }, session_id: 7 });
  expect(container.textContent).toBe('connected, 0 queued, 0 typing: So');
  deliver({ type: 'error', message: 'no', error_code: 'processing_error' });
  expect(consoleSpies.warn).toHaveBeenCalledWith('server_error', 'no');
});

it('the provider example shares one connection between two components', async () => {
  const App = await example('ResilientWebSocketProvider');
  render(<App />);
  expect(openSockets()).toHaveLength(1);
  expect(screen.getAllByText('waiting', { exact: false })).toHaveLength(2);
  open();
  deliver({ price: 42 });
  expect(screen.getAllByText('42', { exact: false })).toHaveLength(2);
  expect(screen.getAllByText('Online')).toHaveLength(2);
});
