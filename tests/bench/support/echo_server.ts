// Starts the process of the echo server.
import { fork } from 'node:child_process';
import { resolve } from 'node:path';

export interface EchoServer {
  /** Sends everything back. */
  readonly echoUrl: string;
  /** Reads texts as strings and sends them back. */
  readonly textUrl: string;
  /** Sends everything back in a session. */
  readonly sessionUrl: string;
  /** Answers a number with so many small JSON messages. */
  readonly streamUrl: string;
  readonly close: () => void;
}

export async function startEchoServer(): Promise<EchoServer> {
  const child = fork(resolve('build/benchmarks/echo_process.mjs'), { stdio: 'inherit' });
  const port = await new Promise<number>((resolvePort, reject) => {
    child.once('message', resolvePort);
    child.once('exit', () => {
      reject(new Error('The echo server did not start'));
    });
  });
  return {
    echoUrl: `ws://127.0.0.1:${port}/echo`,
    textUrl: `ws://127.0.0.1:${port}/text`,
    sessionUrl: `ws://127.0.0.1:${port}/session`,
    streamUrl: `ws://127.0.0.1:${port}/stream`,
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}
