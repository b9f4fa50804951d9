// Writes docs/reliability.md: tables with the results of the last run of the fault tests in each engine.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from './run.mjs';

/** The test files that write reports. */
const parts = ['faults', 'hidden', 'page_lifecycle'];

const titles = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' };

const introduction = `# Reliability, measured

Written by \`npm run test:browsers -- --report\`. The faults are real: TCP links through a proxy on the loopback interface
that drops, delays, slices, resets or refuses; a network namespace in which nftables drops packets; nginx and HAProxy with
idle timeouts; a server of a different implementation that is killed. Events of the page are simulated, except on the pages
that the browser itself hides, freezes, leaves or disconnects; each of these has its own page. All clients have their
default options, unless the name of a fault states otherwise. Times are of one run, in seconds, on a machine with CORES
processor cores.

- **noticed**: from the fault to the client's close event. A client with traffic sends its first message at the moment of
  the fault.
- **connected**: from the moment a connection was possible again to a new one. For half-open links this is the fault itself.
- **lost**: messages that were given to the client, did not arrive, and were not reported by it. "reported" are messages
  that the client reported: dropped from a full queue, or unconfirmed, which means that they were sent without proof that
  they arrived; some of these did arrive.
- **×2**, **order**: messages that arrived twice, or after a later one. An abandoned link that works again may still deliver
  messages late: a browser cannot take them back.

A timeout that fires more than 50 ms late on a busy machine is delayed by half a second, or by as long as it was late.
Firefox checks its WebSockets itself when a network interface appears or disappears, as the network namespaces of these runs
do; this explains its 25 s for all clients.
`;

const seconds = (milliseconds, missing) =>
  milliseconds === null ? missing : (milliseconds / 1000).toFixed(1);

function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The times as text. A client that did not notice the loss did not reconnect either. */
function times({ detection, recovery }, mustNotice) {
  if (detection === null) return mustNotice ? ['never', 'never'] : ['–', '–'];
  return [seconds(detection, '–'), seconds(recovery, 'connected')];
}

const countLost = ({ lostInTransit, lostInClient }) => lostInTransit + lostInClient.length;

function comparison({ outcomes }) {
  const compared = new Set(outcomes.filter(({ library }) => library !== 'ours').map(({ fault }) => fault));
  const rows = outcomes
    .filter(({ fault }) => compared.has(fault))
    .sort((left, right) => left.fault.localeCompare(right.fault))
    .map((outcome, index, all) => [
      all[index - 1]?.fault === outcome.fault ? '' : outcome.fault,
      outcome.library === 'ours' ? '**this package**' : outcome.library,
      ...times(outcome, true),
      `${countLost(outcome)} of ${outcome.accepted}`,
      outcome.reported,
      outcome.duplicates.length,
      outcome.outOfOrder.length,
    ]);
  return table(['fault', 'client', 'noticed', 'connected', 'lost', 'reported', '×2', 'order'], rows);
}

function ours(reports) {
  const names = [...new Set(reports.flatMap(({ outcomes }) => outcomes.map(({ fault }) => fault)))];
  const cell = (report, fault) => {
    const outcome = report.outcomes.find((each) => each.library === 'ours' && each.fault === fault);
    if (outcome === undefined) return ['not measured', ''];
    const problems = [
      [countLost(outcome), 'lost'],
      [outcome.reported, 'reported'],
      [outcome.duplicates.length, '×2'],
      [outcome.outOfOrder.length, 'late'],
      [outcome.errors.length, 'errors'],
    ].filter(([count]) => count > 0);
    return [
      times(outcome, false).join(' / '),
      `${problems.map((each) => each.join(' ')).join(', ') || 'none'} of ${outcome.accepted}`,
    ];
  };
  const header = reports.flatMap(({ engine }) => [
    `${titles[engine]}: noticed / connected`,
    'lost, reported, ×2 or late',
  ]);
  const rows = names.map((fault) => [fault, ...reports.flatMap((report) => cell(report, fault))]);
  return table(['fault', ...header], rows);
}

/** All reports of one engine, joined. */
function read(engine) {
  const path = (part) => join(root, `build/reports/faults/${engine}.${part}.json`);
  const all = parts.map((part) => JSON.parse(readFileSync(path(part), 'utf8')));
  return { ...all[0], outcomes: all.flatMap(({ outcomes }) => outcomes) };
}

/** Writes the document from the reports of these engines. */
export function writeReliability(engines) {
  const reports = engines.map(read);
  const versions = reports.map(({ engine, version }) => `${titles[engine]} ${version}`).join(', ');
  const text = [
    introduction.replace('CORES', cpus().length),
    `Engines: ${versions}.`,
    '',
    '## This package, in each engine',
    '',
    ours(reports),
    ...reports.flatMap((report) => [
      '',
      `## Compared with other clients, in ${titles[report.engine]}`,
      '',
      comparison(report),
    ]),
  ];
  writeFileSync(join(root, 'docs/reliability.md'), `${text.join('\n')}\n`);
  console.log('docs/reliability.md was written.');
}
