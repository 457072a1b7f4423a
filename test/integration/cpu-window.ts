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

/** A scrape of 20.10 tells of a moment up to a second before its end: only one that was quick can be compared. */
const FRESH_CPU_SECONDS = 0.015;

export const watchCpu = async (scrapes: Scrapes, busy: Busy, windowMs: number): Promise<CpuWindow> => {
  const first = await lookTwice(scrapes, busy);
  await delay(windowMs);
  const last = await lookTwice(scrapes, busy);
  return { toldSeconds: last.told - first.told, kernelSeconds: last.kernel - first.kernel };
};

/** By the exporter, then by the kernel. Throws when what is told is not of the time of the scrape. */
const lookTwice = async (scrapes: Scrapes, { host, name, pid }: Busy) => {
  const look = async () => {
    const before = kernelCpuSeconds(pid);
    const reading = await scrapes.read({ query: `?host=${host}` });
    const kernel = kernelCpuSeconds(pid);
    const told = reading.value('docker_container_cpu_usage_seconds_total', { host, name }) ?? Number.NaN;
    const isOfTheScrape = before <= told && told <= kernel;
    return (!isOfTheScrape || kernel - told <= FRESH_CPU_SECONDS) && { told, kernel, isOfTheScrape };
  };
  const looked = await waitFor('a fresh scrape', look, { timeoutMs: 20_000 });
  if (!looked.isOfTheScrape) throw new Error(`${looked.told} s of CPU are not of the time of the scrape`);
  return looked;
};
