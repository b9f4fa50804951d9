// A development server of Vite, as started by `npm run dev`. It is stopped by `close`, or when the test
// process exits.
import { start } from './run.js';

export interface DevelopmentServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the server in a project's folder; resolves when it prints its URL. */
export function serveDevelopment(folder: string): Promise<DevelopmentServer> {
  // --force: no cached result of an earlier run is used instead of the package.
  const args = ['../node_modules/vite/bin/vite.js', '--force', '--host', '127.0.0.1', '--port', '0'];
  const child = start(process.execPath, args, { cwd: folder });
  const stop = (): boolean => child.kill();
  process.once('exit', stop);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', stop);
      resolve();
    });
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /Local:\s+(http\S+)/.exec(output)?.[1];
      if (url === undefined) return;
      resolve({
        url,
        close: () => {
          stop();
          return exited;
        },
      });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void exited.then(() => {
      reject(new Error(`Vite exited early:\n${output}`));
    });
  });
}
