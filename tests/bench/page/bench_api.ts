// The functions of a contender in a page or process.
import { type Contender } from '../contenders/contender.js';
import { measureAllocation, measureCost, type CostCase } from './cost.js';
import { echoBurst, echoEnd, echoRate, type EchoCase } from './echo.js';
import { addClients, wasmBytes } from './idle_clients.js';
import { connectNamed, sendNamed, disconnectNamed } from './recovery.js';
import { measureStream } from './stream.js';

/** Functions that only Node has. */
export interface NodeFunctions {
  readonly collect: () => void;
  readonly heapUsed: () => number;
}

function createApi(contender: Contender, nodeFunctions: NodeFunctions | null) {
  return {
    cost: ({ kind, count }: { kind: CostCase; count: number }) => measureCost(contender, kind, count),
    allocation: ({ kind, count }: { kind: CostCase; count: number }) => {
      if (nodeFunctions === null) throw new Error('The heap is exact in Node only');
      return measureAllocation(contender, kind, count, nodeFunctions);
    },
    echo: ({ url, kind, milliseconds }: { url: string; kind: EchoCase; milliseconds: number }) =>
      echoRate(contender, url, kind, milliseconds),
    echoBurst: ({ url, kind, count }: { url: string; kind: EchoCase; count: number }) =>
      echoBurst(contender, url, kind, count),
    echoEnd: () => {
      echoEnd();
    },
    stream: ({ url, count, watch }: { url: string; count: number; watch: boolean }) =>
      measureStream(contender, url, count, watch),
    addClients: ({ count }: { count: number }) => addClients(contender, count),
    wasmBytes: () => wasmBytes(),
    connect: ({ name, url, firstDelay }: { name: string; url: string; firstDelay: number | undefined }) =>
      connectNamed(contender, name, url, firstDelay),
    send: ({ name, texts }: { name: string; texts: readonly string[] }) => {
      sendNamed(name, texts);
    },
    disconnect: ({ name }: { name: string }) => {
      disconnectNamed(name);
    },
  };
}

export type BenchApi = ReturnType<typeof createApi>;

declare global {
  // By the names of the contenders. Called by the measuring process.
  var benches: Record<string, BenchApi> | undefined;
}

/** Each contender is a bundle of its own. A page may have several. */
export function install(
  name: string,
  contender: Contender,
  nodeFunctions: NodeFunctions | null = null,
): BenchApi {
  const api = createApi(contender, nodeFunctions);
  globalThis.benches = { ...globalThis.benches, [name]: api };
  return api;
}
