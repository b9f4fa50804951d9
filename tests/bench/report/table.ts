// Tables as aligned text, for the terminal and for Markdown.

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

export interface Section {
  readonly title: string;
  /** What was measured and how, in a sentence or two. */
  readonly explanation: string;
  readonly tables: readonly Table[];
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, column) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
  );
  return `| ${padded.join(' | ')} |`;
}

export function tableToText({ title, head, rows, notes = [] }: Table): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  const lines = [line(head, widths), `| ${rule.join(' | ')} |`, ...rows.map((row) => line(row, widths))];
  return [`**${title}**`, '', ...lines, ...notes.flatMap((note) => ['', note])].join('\n');
}

export function sectionToText({ title, explanation, tables }: Section): string {
  return [`## ${title}`, explanation, ...tables.map(tableToText)].join('\n\n');
}
