// What all measurements share: the contenders, the number of rounds, and how contenders take turns.
import { type Arguments } from '../support/arguments.js';
import { type ContenderSpec } from '../support/contender_bundles.js';
import { type PageServer } from '../support/page_server.js';
import { type Section } from '../report/table.js';

export interface Bench {
  readonly arguments: Arguments;
  readonly contenders: readonly ContenderSpec[];
  readonly server: PageServer;
}

export type Measurement = (bench: Bench) => Promise<Section>;

export function countRounds({ arguments: { rounds, quick } }: Bench, usual: number): number {
  return rounds ?? (quick ? 3 : usual);
}

/** Prints the current step on the terminal. */
export function logProgress(text: string): void {
  console.error(`… ${text}`);
}

/** Calls `measure` for every item, such as a contender, in every round; each round starts with a different item. */
export async function interleave<Item>(
  items: readonly Item[],
  rounds: number,
  measure: (item: Item, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const first = round % items.length;
    for (const item of [...items.slice(first), ...items.slice(0, first)]) await measure(item, round);
  }
}
