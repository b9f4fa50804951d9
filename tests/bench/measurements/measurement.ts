// Owns what all measurements share: who takes part, how often, and how turns are taken.
import { type Arguments } from '../support/arguments.js';
import { type Entrant } from '../support/contender_bundles.js';
import { type PageServer } from '../support/page_server.js';
import { type Section } from '../report/table.js';

export interface Bench {
  readonly arguments: Arguments;
  readonly entrants: readonly Entrant[];
  readonly server: PageServer;
}

export type Measurement = (bench: Bench) => Promise<Section>;

export function roundsOf({ arguments: { rounds, quick } }: Bench, usual: number): number {
  return rounds ?? (quick ? 3 : usual);
}

/** Says on the terminal what is under way. */
export function progress(text: string): void {
  console.error(`… ${text}`);
}

/** Calls `take` for every entrant in every round; each round begins with another one. */
export async function interleave(
  entrants: readonly Entrant[],
  rounds: number,
  take: (entrant: Entrant, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const first = round % entrants.length;
    for (const entrant of [...entrants.slice(first), ...entrants.slice(0, first)]) await take(entrant, round);
  }
}
