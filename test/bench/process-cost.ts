import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: 10 ms a tick on every Linux that Node.js runs on. */
const MS_PER_TICK = 10;

/** Processor time of a process, in ms, from /proc; 0 for one that is gone. */
export function cpuMs(pid: number): number {
  const fields = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  // utime and stime are the 14th and 15th field; two stand before the split.
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MS_PER_TICK;
}

export function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readProc(pid, 'status'))?.[1] ?? 0) / 1024;
}

/** A process and all that descend from it. */
export function familyOf(pid: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(/PPid:\s+(\d+)/.exec(readProc(Number(name), 'status'))?.[1])] as const);
  const descend = (parent: number): readonly number[] => [
    parent,
    ...parents.filter(([, of]) => of === parent).flatMap(([child]) => descend(child)),
  ];
  return descend(pid);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}
