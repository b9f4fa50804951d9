// A page that is left, or only seems to be: Firefox closes its sockets right after `beforeunload`. Of that the page's
// listeners hear nothing, unless the page stays.
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { bundleScript } from './support/client_bundle.js';
import { chosenEngines, launchEngine } from './support/engines/chosen.js';
import type { Engine, EnginePage } from './support/engines/engine.js';

const program = `
  import ResilientWebSocket from '@advakod/resilient-websocket';
  const websocket = new ResilientWebSocket('/ws', { logLevel: 'silent', reconnectDelay: 100, jitter: 0 });
  const address = '/report' + location.search + '&' + performance.timeOrigin;
  const report = (line) => navigator.sendBeacon(address, line);
  for (const name of ['error', 'close', 'stateChange', 'reconnectScheduled']) {
    websocket.on(name, (value) => report(name + ' ' + (value.code ?? value)));
  }
  for (const name of ['beforeunload', 'pagehide']) addEventListener(name, () => report(name));
  websocket.connect();
`;

let server: Server;
let base: string;
let reports: string[] = [];
// Of the page under test. A page of an earlier test may still report something, and so does a page that was loaded again.
let pageNumber = 0;
let loadedAt: string | undefined;

beforeAll(async () => {
  const script = await bundleScript(program);
  server = createServer((request, response) => {
    if (request.url?.startsWith('/report')) {
      const [number, time] = request.url.slice('/report?'.length).split('&');
      if (number === String(pageNumber)) loadedAt ??= time;
      const isCurrent = number === String(pageNumber) && time === loadedAt;
      request.on('data', (line) => isCurrent && reports.push(String(line)));
      request.on('end', () => response.end());
    } else if (request.url === '/download') {
      response.setHeader('content-disposition', 'attachment; filename=file.bin');
      response.setHeader('content-type', 'application/octet-stream');
      response.end('file');
    } else {
      // A page that takes its time: the old one is there meanwhile.
      response.setHeader('content-type', 'text/html; charset=utf-8');
      const text = request.url?.startsWith('/?')
        ? `<!doctype html><script>${script}</script>`
        : '<p>another page';
      setTimeout(() => response.end(text), request.url === '/slow' ? 1500 : 0);
    }
  });
  const sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => socket.send(data.toString().replace('ping', 'pong')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.close();
});

async function until(isReached: () => boolean): Promise<void> {
  for (let waited = 0; !isReached() && waited < 20_000; waited += 50) await pause(50);
}

describe.each(chosenEngines)('in %s', (name) => {
  let engine: Engine;
  let page: EnginePage;

  beforeAll(async () => {
    engine = await launchEngine(name);
  });

  afterAll(() => engine.close());

  async function openConnected(): Promise<void> {
    reports = [];
    loadedAt = undefined;
    page = await engine.open(`${base}?${++pageNumber}`);
    await until(() => reports.includes('stateChange connected'));
    reports = [];
  }

  it.each(['location.reload()', "location.href = '/slow'"])(
    '%s: no event until the page is gone',
    async (go) => {
      await openConnected();
      await page.evaluate(`setTimeout(() => { ${go} }, 500)`);
      await until(() => reports.includes('pagehide'));
      // Afterwards a page that the browser keeps for later learns that its connection is suspended.
      expect(reports.slice(0, reports.indexOf('pagehide'))).toEqual(['beforeunload']);
      await page.close();
    },
  );

  it('a download leaves the page connected, at once or again', async () => {
    await openConnected();
    await page.evaluate("setTimeout(() => { location.href = '/download' }, 500)");
    await until(() => reports.includes('beforeunload'));
    await until(() => !reports.includes('close 1001') || reports.at(-1) === 'stateChange connected');
    await pause(6500);
    const states = reports.filter((line) => line.startsWith('stateChange'));
    expect(states).toEqual(states.length === 0 ? [] : ['stateChange reconnecting', 'stateChange connected']);
    await page.close();
  });
});
