import { threadsCpuMs } from './process-cost.ts';
import type { EnginePids } from './watched-engine.ts';

/** Processor time in ms that each of them has taken. */
export interface Spent {
  readonly ours: number;
  readonly dockerd: number;
  readonly containerd: number;
  readonly shims: number;
}

/** What is spent while something is done, and how long that takes. Without an exporter nothing is ours. */
export async function spentDuring(
  engine: EnginePids,
  exporterPid: number | undefined,
  work: () => Promise<void>,
): Promise<{ readonly spent: Spent; readonly tookMs: number }> {
  const pids = { ...engine, ours: exporterPid === undefined ? [] : [exporterPid] };
  const before = eachSpender((who) => threadsCpuMs(pids[who]));
  const startMs = performance.now();
  await work();
  const tookMs = performance.now() - startMs;
  return { spent: eachSpender((who) => threadsCpuMs(pids[who]) - before[who]), tookMs };
}

export function eachSpender(valueOf: (who: keyof Spent) => number): Spent {
  return {
    ours: valueOf('ours'),
    dockerd: valueOf('dockerd'),
    containerd: valueOf('containerd'),
    shims: valueOf('shims'),
  };
}

export function describeSpent({ ours, dockerd, containerd, shims }: Spent, digits: number): string {
  const parts = { ours, dockerd, containerd, shims };
  return Object.entries(parts)
    .map(([who, value]) => `${who} ${value.toFixed(digits)}`)
    .join(', ');
}
