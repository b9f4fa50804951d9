// Writes docs/reliability.md: tables of what the last run of the fault tests measured in each engine. Nothing is left out: a
// client that did not reconnect is shown as such.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from './run.mjs';

/** The test files that report. What an engine cannot do is missing from its report. */
const parts = ['faults', 'hidden', 'page_lifecycle'];

const titles = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' };

const introduction = `# Reliability, measured

Written by \`npm run test:browsers -- --report\`. Every fault is real: a TCP proxy on the loopback interface that drops, holds,
slices, slows, resets or refuses; a network namespace in which nftables drop packets and a token bucket filter limits the rate;
nginx and HAProxy with idle limits; a server of another make (python3-websockets) that is killed or suspended. The events of
the page are simulated, except for pages that the browser itself hides, freezes, leaves or disconnects. All clients have their
default options, except where the name of a fault gives another one, and that the queue holds all messages where 12 MB are
under way. Times are of one run, in seconds, on a machine with CORES cores.

- **noticed**: from the fault to the client's \`close\` event. For a client in use the first message is sent together with the fault.
- **back**: from the moment a connection was possible again to a new one. For half-open links that is the moment of the fault.
- **lost**: messages that were accepted, never arrived, and were not reported, although there was time until \`closeGrace\` had
  passed: lost without a word.
- **reported**: messages reported through \`messageDropped\` (a full queue) or \`messageUnconfirmed\` (sent without proof that
  they arrived; some of these did).
- **twice**, **late**: messages that arrived twice, or after a later one. A link that was given up and works again still delivers
  what it holds, late; a browser cannot call that back.

A time limit that a busy machine notices more than 50 ms late is extended once, by 0.5 s or by as much as it was late. Firefox
probes its WebSockets itself when a network interface appears or disappears, as those of the namespaces do in these runs; hence
its 10 to 25 s for all clients.
`;

const seconds = (milliseconds, missing) =>
  milliseconds === null ? missing : (milliseconds / 1000).toFixed(1);

function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A client that noticed nothing did not reconnect either. */
function times({ detection, recovery }, mustNotice) {
  if (detection === null) return mustNotice ? ['not at all', 'not at all'] : ['–', '–'];
  return [seconds(detection, '–'), seconds(recovery, 'not at all')];
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
  return table(['fault', 'client', 'noticed', 'back', 'lost', 'reported', 'twice', 'late'], rows);
}

function ours(reports) {
  const names = [...new Set(reports.flatMap(({ outcomes }) => outcomes.map(({ fault }) => fault)))];
  const cell = (report, fault) => {
    const outcome = report.outcomes.find((each) => each.library === 'ours' && each.fault === fault);
    if (outcome === undefined) return ['not measured', ''];
    const deviations = [
      [countLost(outcome), 'lost'],
      [outcome.reported, 'reported'],
      [outcome.duplicates.length, 'twice'],
      [outcome.outOfOrder.length, 'late'],
      [outcome.errors.length, 'errors'],
    ].filter(([count]) => count > 0);
    return [
      times(outcome, false).join(' / '),
      `${deviations.map((each) => each.join(' ')).join(', ') || 'none'} of ${outcome.accepted}`,
    ];
  };
  const header = reports.flatMap(({ engine }) => [`${titles[engine]}: noticed / back`, 'messages']);
  const rows = names.map((fault) => [fault, ...reports.flatMap((report) => cell(report, fault))]);
  return table(['fault', ...header], rows);
}

/** The reports of one engine's run, joined. */
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
  console.log('docs/reliability.md is written.');
}
