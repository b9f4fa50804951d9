// Runs the simulation. Usage: simulate.mjs [ARGUMENTS OF rws_sim…]; default: a million seeds.
//   simulate.mjs --seeds 0..1000000 --jobs 2     many seeds
//   simulate.mjs --seed 7 --trace                one seed, with a trace
//   simulate.mjs storm --clients 1000000         a million clients that reconnect to a restarted server
import { cpus } from 'node:os';
import { prepare } from './prepare.mjs';
import { main } from './support/run.mjs';
import { simulate } from './support/simulation.mjs';

await main(async () => {
  await prepare(['native']);
  const args = process.argv.slice(2);
  return simulate(args.length > 0 ? args : ['--seeds', '0..1000000', '--jobs', String(cpus().length)]);
});
