// The memory of a browser's processes, for engines that do not report the heap size of a page.
import { readdirSync, readFileSync } from 'node:fs';

const kilobyte = 1024;

function readField(pid: string, name: string): number {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0);
  } catch {
    // The process has ended meanwhile.
    return 0;
  }
}

/** Resident memory of all descendants of a process, bytes. */
export function residentSize(ancestor: number): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(pids.map((pid) => [pid, readField(pid, 'PPid')]));
  const isDescendant = (pid: string): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent === ancestor || (parent > 1 && isDescendant(String(parent)));
  };
  return pids.filter(isDescendant).reduce((sum, pid) => sum + readField(pid, 'VmRSS') * kilobyte, 0);
}
