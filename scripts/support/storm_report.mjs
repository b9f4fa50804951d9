// Writes docs/storm.md and docs/storm.svg from runs of the storm.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPreset } from './native.mjs';
import { CommandFailed, capture, root } from './run.mjs';

const program = join(root, 'build/native/tests/simulation/rws_sim');

const introduction = `# The reconnect storm

Written by \`npm run simulate -- storm --report\`.

One million clients lose their server at the same moment. It comes back after a while, accepts 20 000 connections a second, up to
one second's worth at once, and refuses the rest within 50 ms. Three things count: how many attempts the server gets, how soon
all clients are connected again, and whether any of them gives up. \`ours\` are a million clients of the core of this package with
default options. The other policies are formulas: first five common ones with base 1 s, longest delay 30 s and 10 attempts, then
those of other libraries with their default options.

![Connection attempts per second](storm.svg)

Columns: attempts per second, the highest number, the mean until the last attempt, and the highest number from 3 s after the
server's return; seconds until half and 99 % of the clients were connected; clients that gave up; the longest delay in seconds;
the delay before retry n in seconds.
`;

const conclusion = `
Why \`ours\` draws one factor u for each outage, evenly from [0.5, 1]: each delay is then exactly twice the one before, and attempt
k of the crowd is spread evenly over an interval. No other distribution of u over that range has a lower peak, because the even
one is the flattest. Only a hint of the server lowers the number of attempts in the first second: it closes with 1012 or 1013
before a restart, every delay of the outage is then spread over 5 to 30 s at least, and the peak falls to a tenth or less.
`;

/** The table of one storm, and the sentence about the memory of a client. */
async function runStorm(down, args = []) {
  const { code, output } = await capture(program, ['storm', '--down', String(down), ...args]);
  if (code !== 0) throw new CommandFailed(`the storm after ${down} s ended with code ${code}`);
  const lines = output.split('\n');
  const first = lines.findIndex((line) => line.startsWith('policy'));
  const end = lines.indexOf('', first);
  return { table: lines.slice(first, end).join('\n'), memory: lines.slice(end).join('\n').trim() };
}

/** Takes some minutes. */
export async function writeStormReport() {
  await buildPreset('native', 'rws_sim');
  let text = introduction;
  let memory = '';
  for (const down of [10, 0, 60]) {
    const plot = down === 10 ? ['--svg', join(root, 'docs/storm.svg')] : [];
    const storm = await runStorm(down, plot);
    text += `\nThe server is back after ${down} s:\n\n\`\`\`\n${storm.table}\n\`\`\`\n`;
    memory = storm.memory;
  }
  writeFileSync(join(root, 'docs/storm.md'), `${text}${conclusion}\n${memory}\n`);
}
