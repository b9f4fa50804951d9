// Owns nginx and HAProxy in front of a server, with idle time-outs of two seconds.
// Refuses to be a fault by itself: a link with traffic passes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startProgram } from '../program.js';
import type { Address } from './fault_proxy.js';
import { freePort } from './ports.js';

export type CutterName = 'nginx' | 'haproxy';

export interface IdleCutter {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Nothing in either direction for so long ends a connection, s. */
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

const cutters = {
  nginx: { configuration: nginxConfiguration, parameters: (path: string) => ['-c', path] },
  haproxy: { configuration: haproxyConfiguration, parameters: (path: string) => ['-db', '-f', path] },
};

/** Resolves once the port is open, to whether it is. */
function accepts({ host, port }: Address): Promise<boolean> {
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

export async function startIdleCutter(name: CutterName, back: Address): Promise<IdleCutter> {
  const folder = mkdtempSync(join(tmpdir(), `rws-${name}-`));
  const front = { host: back.host, port: await freePort(back.host) };
  const path = join(folder, `${name}.conf`);
  writeFileSync(path, cutters[name].configuration(folder, front, back));
  const program = startProgram(name, cutters[name].parameters(path));
  await vi.waitUntil(() => accepts(front), { timeout: 10_000, interval: 50 });
  return {
    url: `ws://${front.host}:${front.port}/`,
    close: async () => {
      await program.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
