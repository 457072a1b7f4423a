import { readFileSync } from 'node:fs';

/** CPU seconds that a process' cgroup has used, from the kernel's own file: cpu.stat on version 2, cpuacct.usage on 1. */
export const kernelCpuSeconds = (pid: number): number => {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  const v1 = /^\d+:(?:[\w,]+,)?cpuacct(?:,[\w,]+)?:(.*)$/m.exec(groups)?.[1];
  if (v1 !== undefined) return Number(readFileSync(`/sys/fs/cgroup/cpuacct${v1}/cpuacct.usage`, 'utf8')) / 1e9;
  const v2 = /^0::(.*)$/m.exec(groups)?.[1] ?? '';
  const usage = /^usage_usec (\d+)$/m.exec(readFileSync(`/sys/fs/cgroup${v2}/cpu.stat`, 'utf8'))?.[1];
  if (usage === undefined) throw new Error(`read cpu.stat of process ${pid}`);
  return Number(usage) / 1e6;
};
