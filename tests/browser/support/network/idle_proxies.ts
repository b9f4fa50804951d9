// nginx and HAProxy in front of a server, with idle timeouts of two seconds.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startProgram } from '../program.js';
import type { Address } from './fault_proxy.js';
import { freePort } from './ports.js';

export type IdleProxyName = 'nginx' | 'haproxy';

export interface IdleProxy {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** A connection without traffic in both directions for this time is closed, s. */
export const idleSeconds = 2;

function nginxConfiguration(folder: string, front: Address, back: Address): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 64; }
    http {
      access_log off; ${temporary}
      server {
        listen ${front.host}:${front.port};
        location / {
          proxy_pass http://${back.host}:${back.port};
          proxy_http_version 1.1;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection upgrade;
          proxy_read_timeout ${idleSeconds}s;
          proxy_send_timeout ${idleSeconds}s;
        }
      }
    }`;
}

function haproxyConfiguration(_folder: string, front: Address, back: Address): string {
  return `defaults
  mode http
  timeout connect 5s
  timeout client ${idleSeconds}s
  timeout server ${idleSeconds}s
  timeout tunnel ${idleSeconds}s
frontend front
  bind ${front.host}:${front.port}
  default_backend back
backend back
  server server ${back.host}:${back.port}
`;
}

const proxies = {
  nginx: { configuration: nginxConfiguration, parameters: (path: string) => ['-c', path] },
  haproxy: { configuration: haproxyConfiguration, parameters: (path: string) => ['-db', '-f', path] },
};

/** Whether the port accepts connections. */
function isOpen({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

export async function startIdleProxy(name: IdleProxyName, back: Address): Promise<IdleProxy> {
  const folder = mkdtempSync(join(tmpdir(), `rws-${name}-`));
  const front = { host: back.host, port: await freePort(back.host) };
  const path = join(folder, `${name}.conf`);
  writeFileSync(path, proxies[name].configuration(folder, front, back));
  const program = startProgram(name, proxies[name].parameters(path));
  await vi.waitUntil(() => isOpen(front), { timeout: 10_000, interval: 50 });
  return {
    url: `ws://${front.host}:${front.port}/`,
    close: async () => {
      await program.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
