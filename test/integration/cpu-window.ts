import { setTimeout as delay } from 'node:timers/promises';
import { kernelCpuSeconds } from './kernel-cpu.ts';
import type { Scrapes } from './scrapes.ts';

/** What a container has used between two scrapes, by the exporter and by the kernel's own file. */
export interface CpuWindow {
  readonly toldSeconds: number;
  readonly kernelSeconds: number;
  /** Whether each scrape's value lies between what the kernel said before and after it. */
  readonly isBetween: boolean;
}

/** @param pid of a process of the container `name` on `host` */
export const watchCpu = async (
  scrapes: Scrapes,
  { host, name, pid }: { readonly host: string; readonly name: string; readonly pid: number },
  windowMs: number,
): Promise<CpuWindow> => {
  const look = async () => {
    const before = kernelCpuSeconds(pid);
    const reading = await scrapes.read({ query: `?host=${host}` });
    const after = kernelCpuSeconds(pid);
    const told = reading.value('docker_container_cpu_usage_seconds_total', { host, name }) ?? Number.NaN;
    return { told, after, isBetween: before <= told && told <= after };
  };
  const first = await look();
  await delay(windowMs);
  const last = await look();
  return {
    toldSeconds: last.told - first.told,
    kernelSeconds: last.after - first.after,
    isBetween: first.isBetween && last.isBetween,
  };
};
