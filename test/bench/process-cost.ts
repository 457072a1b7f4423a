import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: 10 ms a tick on every Linux that Node.js runs on. */
const MS_PER_TICK = 10;
const NANOSECONDS_PER_MS = 1e6;

/** Processor time of a process, in ms, from /proc; 0 for one that is gone. */
export function cpuMs(pid: number): number {
  const fields = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  // utime and stime are the 14th and 15th field; two stand before the split.
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MS_PER_TICK;
}

/**
 * Processor time of processes, in ms without the ticks' rounding: the sum of their threads'. What a thread used that
 * has ended since is not in it, so it fits only programs that keep theirs, as Node.js and Go do.
 */
export function threadsCpuMs(pids: readonly number[]): number {
  const threads = pids.flatMap((pid) => threadsOf(pid).map((thread) => `${pid}/task/${thread}`));
  return threads.reduce((sum, path) => sum + Number(readProc(path, 'schedstat').split(' ')[0]), 0) / NANOSECONDS_PER_MS;
}

export function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readProc(pid, 'status'))?.[1] ?? 0) / 1024;
}

/** The processes of a program whose arguments hold this text. */
export function pidsOf(program: string, argument: string): readonly number[] {
  return allPids().filter(
    // The kernel keeps 15 characters of a program's name.
    (pid) => readProc(pid, 'comm').trim() === program.slice(0, 15) && readProc(pid, 'cmdline').includes(argument),
  );
}

function allPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    // It has ended.
    return [];
  }
}

function readProc(process: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${process}/${file}`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}
