// Owns a simulation as long as one likes. Usage: simulate.mjs [ARGUMENTS OF rws_sim…]; by default a million seeds.
//   simulate.mjs --seeds 0..1000000 --jobs 2     many lives
//   simulate.mjs --seed 7 --trace                one, as a time line
//   simulate.mjs storm --clients 1000000         a server's return to a million clients
import { cpus } from 'node:os';
import { prepare } from './prepare.mjs';
import { main } from './support/run.mjs';
import { simulate } from './support/simulation.mjs';

await main(async () => {
  await prepare(['native']);
  const words = process.argv.slice(2);
  return simulate(words.length > 0 ? words : ['--seeds', '0..1000000', '--jobs', String(cpus().length)]);
});
