// Owns docs/reliability.md: tables made of what the last run of the fault suite measured in each engine.
// Refuses to leave anything out: a client that did not come back is shown as one.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from './run.mjs';

/** The test files that report. A life that an engine did not let happen is missing from its report. */
const parts = ['faults', 'hidden', 'page_lifecycle'];

const titles = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' };

const introduction = `# Reliability, measured

Written by \`npm run test:browsers -- --report\`. Every fault is real: TCP links through a proxy on the loopback interface
that drops, holds, slices, resets or refuses; a network namespace whose nftables lose packets; nginx and HAProxy with idle
limits; a server of another make that is killed. The page's own events are made by the test, save those of pages that are
hidden, frozen, left or cut off by the browser itself, which have a page of their own. All clients have their default
options, save where a fault's name tells a heartbeat. Times are of one run, in seconds, on a machine of CORES cores.

- **noticed**: from the fault to the client's own word of it; for a client in use the first message goes out with the fault.
- **back**: from the moment a connection was possible again to a new one. For half-open links that is the fault itself.
- **lost**: messages given to the client that never arrived and that it did not report. "told" are those it reported: dropped
  by a full queue, or gone from the browser without proof that they arrived, in which case some of them did.
- **×2**, **order**: messages that arrived twice, or after a later one. Late is what a link that was given up still delivers
  when it comes alive again: a browser cannot call it back.

A verdict that a busy machine gives more than 50 ms late is put off by half a second, or by as long as it was late. Firefox probes its WebSockets
itself when a network interface comes or goes, as the namespaces of these runs do; hence its 25 s for all clients.
`;

const seconds = (milliseconds, missing) =>
  milliseconds === null ? missing : (milliseconds / 1000).toFixed(1);

function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A client that noticed nothing has not come back either; one that had nothing to notice is well. */
function times({ detection, recovery }, mustNotice) {
  if (detection === null) return mustNotice ? ['not at all', 'not at all'] : ['–', '–'];
  return [seconds(detection, '–'), seconds(recovery, 'connected')];
}

const lostOf = ({ lostInTransit, lostInClient }) => lostInTransit + lostInClient.length;

function comparison({ outcomes }) {
  const compared = new Set(outcomes.filter(({ library }) => library !== 'ours').map(({ fault }) => fault));
  const rows = outcomes
    .filter(({ fault }) => compared.has(fault))
    .sort((left, right) => left.fault.localeCompare(right.fault))
    .map((outcome, index, all) => [
      all[index - 1]?.fault === outcome.fault ? '' : outcome.fault,
      outcome.library === 'ours' ? '**this package**' : outcome.library,
      ...times(outcome, true),
      `${lostOf(outcome)} of ${outcome.accepted}`,
      outcome.reported,
      outcome.duplicates.length,
      outcome.outOfOrder.length,
    ]);
  return table(['fault', 'client', 'noticed', 'back', 'lost', 'told', '×2', 'order'], rows);
}

function ours(reports) {
  const names = [...new Set(reports.flatMap(({ outcomes }) => outcomes.map(({ fault }) => fault)))];
  const cell = (report, fault) => {
    const outcome = report.outcomes.find((each) => each.library === 'ours' && each.fault === fault);
    if (outcome === undefined) return ['not measured', ''];
    const spoilt = [
      [lostOf(outcome), 'lost'],
      [outcome.reported, 'told'],
      [outcome.duplicates.length, '×2'],
      [outcome.outOfOrder.length, 'late'],
      [outcome.errors.length, 'complaints'],
    ].filter(([count]) => count > 0);
    return [
      times(outcome, false).join(' / '),
      `${spoilt.map((each) => each.join(' ')).join(', ') || 'none'} of ${outcome.accepted}`,
    ];
  };
  const header = reports.flatMap(({ engine }) => [`${titles[engine]}: noticed / back`, 'messages amiss']);
  const rows = names.map((fault) => [fault, ...reports.flatMap((report) => cell(report, fault))]);
  return table(['fault', ...header], rows);
}

/** What one engine's run wrote, all parts of it together. */
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
      `## Beside others, in ${titles[report.engine]}`,
      '',
      comparison(report),
    ]),
  ];
  writeFileSync(join(root, 'docs/reliability.md'), `${text.join('\n')}\n`);
  console.log('docs/reliability.md is written.');
}
