// Real libraries with the class `WebSocket` of the package, in Node and in Chromium, against real servers: traffic, a
// server that is killed and started again, a connection that is dead without being closed.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi, type ExpectStatic } from 'vitest';
import { FaultProxy } from '../browser/support/network/fault_proxy.js';
import { freePort, uniqueLoopbackAddress } from '../browser/support/network/ports.js';
import { withTimeout } from '../browser/support/with_timeout.js';
import { projectFolder } from '../package/support/folders.js';
import { runNode } from '../package/support/run.js';
import { openPage, startProcess, type Remote } from './support/remotes.js';

interface Library {
  /** Name of the server in servers/main.mjs. */
  readonly server: string;
  /** What the library does about a text that was sent to a dead connection. */
  readonly underWay: 'sent again' | 'reported';
  /** How many connections the library keeps open. Default 1. */
  readonly connections?: number;
}

const libraries: Readonly<Record<string, Library>> = {
  rxjs: { server: 'echo', underWay: 'reported' },
  'websocket-as-promised': { server: 'echo', underWay: 'reported' },
  sharedb: { server: 'sharedb', underWay: 'sent again' },
  'vscode-ws-jsonrpc': { server: 'vscode-ws-jsonrpc', underWay: 'reported' },
  'rpc-websockets': { server: 'rpc-websockets', underWay: 'reported' },
  'graphql-ws': { server: 'graphql-ws', underWay: 'sent again' },
  'y-websocket': { server: 'y-websocket', underWay: 'sent again', connections: 2 },
  '@trpc/client': { server: 'trpc', underWay: 'reported' },
  '@stomp/stompjs': { server: 'stomp', underWay: 'reported' },
  centrifuge: { server: 'centrifugo', underWay: 'reported' },
  mqtt: { server: 'mqtt', underWay: 'sent again' },
};

/** For one step of a test, ms. */
const stepTimeout = 20_000;

const places = {
  Node: (folder: string): Promise<Remote> => Promise.resolve(startProcess(folder, 'clients/node.mjs')),
  Chromium: openPage,
};

const folder = inject('ecosystem');

let servers: Remote;

beforeAll(() => {
  servers = startProcess(folder, 'servers/main.mjs');
});

afterAll(() => servers.close());

describe.concurrent.each(['Node', 'Chromium'] as const)('in %s', (place) => {
  let clients: Remote;

  beforeAll(async () => {
    clients = await places[place](folder);
  });

  afterAll(() => clients.close());

  it.for(Object.entries(libraries))('%s', async ([library, about], { expect, onTestFinished }) => {
    const { server, underWay, connections = 1 } = about;
    const service = `${library} in ${place}`;
    const host = uniqueLoopbackAddress();
    const target = { host, port: await freePort(host) };
    await servers.call('start', service, server, host, target.port);
    const link = await FaultProxy.open({ host, port: await freePort(host) }, target);
    onTestFinished(() => link.close());
    const user = createUser(clients, library, expect);
    await user.open(link.url);

    await user.sends('at first');

    const outage = await user.expectsLoss();
    link.refuse();
    await servers.call('kill', service);
    await outage();
    const kept = user.sends('during the outage');
    await servers.call('restart', service);
    await link.accept();
    await kept;
    await user.sends('after the outage');
    expect(await servers.call('connections', service)).toBe(connections);

    // The connection is dead: the server gets neither the text nor an end of the connection.
    const death = await user.expectsLoss();
    await servers.call('forget', service);
    link.drop('up');
    link.drop('down');
    const outcome = user.sendsOnDead('on a dead connection');
    await death();
    expect(await outcome).toBe(underWay);
    await user.sends('at last');

    const texts = ['at first', 'during the outage', 'after the outage', 'on a dead connection', 'at last'];
    const arrived = texts.filter((text) => underWay === 'sent again' || text !== 'on a dead connection');
    expect(await servers.call('texts', service)).toEqual(arrived);

    expect(await servers.call('connections', service)).toBe(connections);
    await user.close();
    await vi.waitUntil(async () => (await servers.call('connections', service)) === 0, { timeout: 10_000 });
  });
});

/** The user of a library. */
function createUser(clients: Remote, library: string, expect: ExpectStatic) {
  return {
    open: (url: string) => clients.call('open', library, url),
    sends: async (text: string) => {
      const result = clients.call('roundTrip', library, text);
      expect(await withTimeout(stepTimeout, `answer to "${text}"`, result)).toBe(text);
    },
    /** Sends on a dead connection; resolves to what the library does about it. */
    sendsOnDead: (text: string) => {
      const outcome = clients.call('roundTrip', library, text).then(
        () => 'sent again',
        () => 'reported',
      );
      return withTimeout(stepTimeout, `end of "${text}"`, outcome);
    },
    /** Resolves to a function that waits for the end of the present connection. */
    expectsLoss: async () => {
      await clients.call('watch', library);
      return () => withTimeout(stepTimeout, 'loss of the connection', clients.call('lost', library));
    },
    close: () => clients.call('close', library),
  };
}

describe('the class in a Node that has no WebSocket', () => {
  let node: Remote;

  beforeAll(() => {
    node = startProcess(folder, 'clients/node.mjs');
  });

  afterAll(() => node.close());

  it('throws UnsupportedEnvironmentError, and uses the class of ws as globalThis.WebSocket', async () => {
    const host = uniqueLoopbackAddress();
    const port = await freePort(host);
    await servers.call('start', 'echo', 'echo', host, port);
    const parameters = [`ws://${host}:${port}`, '{"id":1,"text":"hello"}'] as const;
    await expect(node.call('echoWithoutOptions', ...parameters)).rejects.toThrow(
      /^UnsupportedEnvironmentError/,
    );
    await node.call('setGlobalWebSocket');
    expect(await node.call('echoWithoutOptions', ...parameters)).toBe(parameters[1]);
    await servers.call('kill', 'echo');
  });
});

describe('the types of the class', () => {
  it('are accepted by the libraries', async () => {
    const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');
    expect(await runNode([compiler, '--project', '.'], { cwd: folder })).toBe('');
  });
});
