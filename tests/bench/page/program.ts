// Owns what a page or process with one contender in it can be asked to do.
// Each contender has a page of its own, so that no engine's knowledge about one is used for another.
import { type Contender } from '../contenders/contender.js';
import { allocationOf, costOf, type CostCase } from './cost.js';
import { echoBurst, echoEnd, echoRate, type EchoCase } from './echo.js';
import { grow, wasmBytes } from './herd.js';
import { link, say, unlink } from './recovery.js';
import { streamTimes } from './stream.js';

/** The parts that only Node has. */
export interface NodeParts {
  readonly collect: () => void;
  readonly heapUsed: () => number;
}

function programOf(contender: Contender, parts: NodeParts | null) {
  return {
    cost: ({ kind, count }: { kind: CostCase; count: number }) => costOf(contender, kind, count),
    allocation: ({ kind, count }: { kind: CostCase; count: number }) => {
      if (parts === null) throw new Error('The heap is exact in Node only');
      return allocationOf(contender, kind, count, parts);
    },
    echo: ({ url, kind, milliseconds }: { url: string; kind: EchoCase; milliseconds: number }) =>
      echoRate(contender, url, kind, milliseconds),
    echoBurst: ({ url, kind, count }: { url: string; kind: EchoCase; count: number }) =>
      echoBurst(contender, url, kind, count),
    echoEnd: () => {
      echoEnd();
    },
    stream: ({ url, count, watch }: { url: string; count: number; watch: boolean }) =>
      streamTimes(contender, url, count, watch),
    grow: ({ count }: { count: number }) => grow(contender, count),
    wasmBytes: () => wasmBytes(),
    link: ({ name, url, firstWait }: { name: string; url: string; firstWait: number | undefined }) =>
      link(contender, name, url, firstWait),
    say: ({ name, texts }: { name: string; texts: readonly string[] }) => {
      say(name, texts);
    },
    unlink: ({ name }: { name: string }) => {
      unlink(name);
    },
  };
}

export type Program = ReturnType<typeof programOf>;

declare global {
  // What the measuring process calls.
  var bench: Program;
}

export function install(contender: Contender, parts: NodeParts | null = null): void {
  globalThis.bench = programOf(contender, parts);
}
