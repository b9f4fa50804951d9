// A link that loses packets or is slow: a network namespace behind a pair of virtual interfaces, with nftables in it and a
// token bucket filter before it. It needs the right to create namespaces; check `canMakeLinks` first.
import { spawnSync } from 'node:child_process';
import type { Address, Direction } from './fault_proxy.js';

const asRoot: readonly string[] = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

function run(...words: readonly string[]): boolean {
  const [command = '', ...parameters] = [...asRoot, ...words];
  return spawnSync(command, parameters, { stdio: 'ignore' }).status === 0;
}

function mustRun(...words: readonly string[]): void {
  if (!run(...words)) throw new Error(`${words.join(' ')} failed`);
}

/** Whether this process may create network namespaces. */
export function canMakeLinks(): boolean {
  const name = `rws${process.pid}try`;
  const isMade = run('ip', 'netns', 'add', name);
  if (isMade) run('ip', 'netns', 'delete', name);
  return isMade;
}

const activeLinks = new Set<LossyLink>();
process.once('exit', () => {
  for (const link of activeLinks) link.remove();
});

/** Whether the kernel can limit the rate of a link. */
export function canLimitRate(): boolean {
  const link = new LossyLink();
  const isLimited = link.tryLimitRate(65_536);
  link.remove();
  return isLimited;
}

let count = 0;

export class LossyLink {
  readonly #namespace: string;
  readonly #network: string;
  /** The client's interface. */
  readonly #near: string;

  constructor() {
    count += 1;
    // Unique for each process, so that parallel runs do not collide. Names of interfaces have at most 15 characters.
    this.#namespace = `rws${process.pid}x${count}`;
    this.#network = `10.${100 + (process.pid % 100)}.${count}`;
    activeLinks.add(this);
    const [near, far] = [`${this.#namespace}a`, `${this.#namespace}b`];
    this.#near = near;
    mustRun('ip', 'netns', 'add', this.#namespace);
    mustRun('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', this.#namespace);
    mustRun('ip', 'address', 'add', `${this.#network}.1/30`, 'dev', near);
    mustRun('ip', 'link', 'set', near, 'up');
    this.#inside('ip', 'address', 'add', `${this.#network}.2/30`, 'dev', far);
    this.#inside('ip', 'link', 'set', far, 'up');
    this.#nft('add', 'table', 'inet', 'loss');
    for (const chain of ['input', 'output']) {
      const hook = `{ type filter hook ${chain} priority 0 ; }`;
      this.#nft('add', 'chain', 'inet', 'loss', chain, hook);
    }
  }

  /** The command that runs a program behind the link. */
  get prefix(): readonly string[] {
    return [...asRoot, 'ip', 'netns', 'exec', this.#namespace];
  }

  /** The address for a server behind the link. */
  get address(): Address {
    return { host: `${this.#network}.2`, port: 8000 };
  }

  /** Drops every packet in this direction, of one client's port or of all. */
  drop(direction: Direction, port?: number): void {
    const [chain, side] = direction === 'up' ? ['input', 'sport'] : ['output', 'dport'];
    const which = port === undefined ? [] : ['tcp', side, String(port)];
    this.#nft('add', 'rule', 'inet', 'loss', chain, ...which, 'drop');
  }

  /**
   * Limits the rate from client to server, headers included. Returns false if the kernel has no such filter. Its queue is
   * short: in one of 32 KB TCP loses many packets at once, and at 8 KB/s nothing arrives for 10 s until it has recovered.
   */
  tryLimitRate(bytesPerSecond: number): boolean {
    const rate = ['rate', `${bytesPerSecond * 8}bit`, 'burst', '4000', 'limit', '8000'];
    return run('tc', 'qdisc', 'add', 'dev', this.#near, 'root', 'tbf', ...rate);
  }

  unlimitRate(): void {
    mustRun('tc', 'qdisc', 'delete', 'dev', this.#near, 'root');
  }

  heal(): void {
    this.#nft('flush', 'table', 'inet', 'loss');
  }

  remove(): void {
    activeLinks.delete(this);
    // This removes the virtual interfaces too.
    run('ip', 'netns', 'delete', this.#namespace);
  }

  #inside(...words: readonly string[]): void {
    mustRun('ip', 'netns', 'exec', this.#namespace, ...words);
  }

  #nft(...words: readonly string[]): void {
    this.#inside('nft', ...words);
  }
}
