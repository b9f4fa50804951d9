// Runs the simulation. Usage: simulate.mjs [ARGUMENTS OF rws_sim…]; default: a million seeds.
//   simulate.mjs --seeds 0..1000000 --jobs 2     many seeds
//   simulate.mjs --seed 7 --trace                one seed, with a trace
//   simulate.mjs storm --clients 1000000         a million clients that reconnect to a restarted server
//   simulate.mjs storm --report                  the same at three lengths of the outage; writes docs/storm.md
import { cpus } from 'node:os';
import { prepare } from './prepare.mjs';
import { main } from './support/run.mjs';
import { simulate } from './support/simulation.mjs';
import { writeStormReport } from './support/storm_report.mjs';

await main(async () => {
  await prepare(['native']);
  const args = process.argv.slice(2);
  if (args.join(' ') === 'storm --report') return writeStormReport();
  return simulate(args.length > 0 ? args : ['--seeds', '0..1000000', '--jobs', String(cpus().length)]);
});
