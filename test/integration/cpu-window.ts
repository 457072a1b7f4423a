import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../bed/wait-for.ts';
import { kernelCpuSeconds } from './kernel-cpu.ts';
import type { Scrapes } from './scrapes.ts';

/** What a container has used between two scrapes, by the exporter and by the kernel's own file. */
export interface CpuWindow {
  readonly toldSeconds: number;
  readonly kernelSeconds: number;
}

interface Busy {
  readonly host: string;
  readonly name: string;
  /** Of one of its processes. */
  readonly pid: number;
}

/**
 * A scrape of 20.10 tells of a moment up to a second before its end, one that shares another's read up to a quarter:
 * only what was true a moment ago can be compared.
 */
const FRESH_CPU_SECONDS = 0.015;

export const watchCpu = async (scrapes: Scrapes, busy: Busy, windowMs: number): Promise<CpuWindow> => {
  const first = await lookTwice(scrapes, busy);
  await delay(windowMs);
  const last = await lookTwice(scrapes, busy);
  return { toldSeconds: last.told - first.told, kernelSeconds: last.kernel - first.kernel };
};

/** By the exporter, then by the kernel. */
const lookTwice = (scrapes: Scrapes, { host, name, pid }: Busy) =>
  waitFor(
    'a fresh scrape',
    async () => {
      const reading = await scrapes.read({ query: `?host=${host}` });
      const kernel = kernelCpuSeconds(pid);
      const told = reading.value('docker_container_cpu_usage_seconds_total', { host, name }) ?? Number.NaN;
      return 0 <= kernel - told && kernel - told <= FRESH_CPU_SECONDS && { told, kernel };
    },
    { timeoutMs: 20_000 },
  );
