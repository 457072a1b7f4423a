import type { CpuSample, MemorySample, StatsSample } from '../../model/sample.ts';
import { difference } from '../parse/difference.ts';
import { known } from '../parse/known.ts';
import { parseBlkio, parseKey, parseNumber } from './parse.ts';
import { divide, readPids, readThrottling } from './sample-parts.ts';
import type { TextOf } from './text-of.ts';

const NANOSECONDS = 1e9;
/** USER_HZ, on every machine that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** What the folders of cgroup v1 tell: sums over the groups below, where the kernel makes them. */
export function readV1(textOf: TextOf): StatsSample {
  const [cpu, memory, pids] = [readCpu(textOf), readMemory(textOf), readPids(textOf, 'pids')];
  const blockDevices = parseBlkio(readBlkio(textOf, 'io_service_bytes'), readBlkio(textOf, 'io_serviced'));
  return { ...known({ cpu, memory, pids }), ...(blockDevices.length > 0 && { blockDevices }) };
}

function readCpu(textOf: TextOf): CpuSample | undefined {
  const usage = parseNumber(textOf('cpuacct', 'cpuacct.usage') ?? '');
  // No container that runs has used nothing at all.
  if (usage === undefined || usage === 0) return undefined;
  const split = textOf('cpuacct', 'cpuacct.stat') ?? '';
  const stat = textOf('cpu', 'cpu.stat') ?? '';
  return {
    usageSeconds: usage / NANOSECONDS,
    ...known({
      userSeconds: divide(parseKey(split, 'user'), TICKS_PER_SECOND),
      systemSeconds: divide(parseKey(split, 'system'), TICKS_PER_SECOND),
      throttling: readThrottling({
        periods: parseKey(stat, 'nr_periods'),
        throttledPeriods: parseKey(stat, 'nr_throttled'),
        throttledSeconds: divide(parseKey(stat, 'throttled_time'), NANOSECONDS),
      }),
    }),
  };
}

function readMemory(textOf: TextOf): MemorySample | undefined {
  const usageBytes = parseNumber(textOf('memory', 'memory.usage_in_bytes') ?? '');
  if (usageBytes === undefined || usageBytes === 0) return undefined;
  const stat = textOf('memory', 'memory.stat') ?? '';
  const majorFaults = parseKey(stat, 'total_pgmajfault');
  return {
    usageBytes,
    ...known({
      workingSetBytes: difference(usageBytes, parseKey(stat, 'total_inactive_file')),
      rssBytes: parseKey(stat, 'total_rss'),
      cacheBytes: parseKey(stat, 'total_cache'),
      kernelBytes: parseNumber(textOf('memory', 'memory.kmem.usage_in_bytes') ?? ''),
      swapBytes: parseKey(stat, 'total_swap'),
      peakBytes: parseNumber(textOf('memory', 'memory.max_usage_in_bytes') ?? ''),
      minorFaults: difference(parseKey(stat, 'total_pgfault'), majorFaults),
      majorFaults,
    }),
    events: known({
      max: parseNumber(textOf('memory', 'memory.failcnt') ?? ''),
      oomKill: parseKey(textOf('memory', 'memory.oom_control') ?? '', 'oom_kill'),
    }),
  };
}

/** Older kernels have no sums; the engine takes the group's own figures on all. */
function readBlkio(textOf: TextOf, counter: 'io_service_bytes' | 'io_serviced'): string {
  const file = `blkio.throttle.${counter}`;
  return textOf('blkio', `${file}_recursive`) ?? textOf('blkio', file) ?? '';
}
