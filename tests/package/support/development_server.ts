// Owns a development server of Vite, as `npm run dev` starts it.
// Refuses to leave it behind: it ends with `close`, or with the test run.
import { start } from './run.js';

export interface DevelopmentServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the server in a project's folder; resolves when it says where it is. */
export function serveDevelopment(folder: string): Promise<DevelopmentServer> {
  // Nothing that Vite keeps from an earlier run may stand in for the package.
  const args = ['../node_modules/vite/bin/vite.js', '--force', '--host', '127.0.0.1', '--port', '0'];
  const child = start(process.execPath, args, { cwd: folder });
  const end = (): boolean => child.kill();
  process.once('exit', end);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', end);
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
          end();
          return ended;
        },
      });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void ended.then(() => {
      reject(new Error(`Vite ended early:\n${output}`));
    });
  });
}
