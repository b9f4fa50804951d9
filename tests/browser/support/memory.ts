// Owns the size of a browser's processes in memory, for engines that do not tell the size of a page's heap.
// Refuses processes that are not descendants of the one it is given.
import { readdirSync, readFileSync } from 'node:fs';

const kilobyte = 1024;

function fieldOf(pid: string, name: string): number {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0);
  } catch {
    // It ended meanwhile.
    return 0;
  }
}

/** Resident memory of all descendants of a process together, bytes. */
export function residentSize(ancestor: number): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(pids.map((pid) => [pid, fieldOf(pid, 'PPid')]));
  const descends = (pid: string): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent === ancestor || (parent > 1 && descends(String(parent)));
  };
  return pids.filter(descends).reduce((sum, pid) => sum + fieldOf(pid, 'VmRSS') * kilobyte, 0);
}
