import type { CpuSample, MemorySample, PressureSample, StatsSample } from '../../model/sample.ts';
import { difference } from '../parse/difference.ts';
import { known } from '../parse/known.ts';
import { parseIoStat, parseKey, parseNumber, parsePressure } from './parse.ts';
import { divide, readPids, readThrottling } from './sample-parts.ts';
import type { TextOf } from './text-of.ts';

const MICROSECONDS = 1e6;

/** What the unified hierarchy tells, where it has the controllers. */
export function readV2(textOf: TextOf): StatsSample {
  const [cpu, memory, pids] = [readCpu(textOf), readMemory(textOf), readPids(textOf, '')];
  const blockDevices = parseIoStat(textOf('', 'io.stat') ?? '');
  return { ...known({ cpu, memory, pids }), ...(blockDevices.length > 0 && { blockDevices }) };
}

/** Also of a unified hierarchy that stands beside v1, and has no controllers (R32). */
export function readPressure(textOf: TextOf): PressureSample | undefined {
  const pressure = known({
    cpu: parsePressure(textOf('', 'cpu.pressure') ?? ''),
    memory: parsePressure(textOf('', 'memory.pressure') ?? ''),
    io: parsePressure(textOf('', 'io.pressure') ?? ''),
  });
  return Object.keys(pressure).length === 0 ? undefined : pressure;
}

function readCpu(textOf: TextOf): CpuSample | undefined {
  const stat = textOf('', 'cpu.stat') ?? '';
  const usage = parseKey(stat, 'usage_usec');
  // No container that runs has used nothing at all.
  if (usage === undefined || usage === 0) return undefined;
  return {
    usageSeconds: usage / MICROSECONDS,
    ...known({
      userSeconds: divide(parseKey(stat, 'user_usec'), MICROSECONDS),
      systemSeconds: divide(parseKey(stat, 'system_usec'), MICROSECONDS),
      throttling: readThrottling({
        periods: parseKey(stat, 'nr_periods'),
        throttledPeriods: parseKey(stat, 'nr_throttled'),
        throttledSeconds: divide(parseKey(stat, 'throttled_usec'), MICROSECONDS),
      }),
    }),
  };
}

function readMemory(textOf: TextOf): MemorySample | undefined {
  const usageBytes = parseNumber(textOf('', 'memory.current') ?? '');
  if (usageBytes === undefined || usageBytes === 0) return undefined;
  const stat = textOf('', 'memory.stat') ?? '';
  const events = textOf('', 'memory.events') ?? '';
  const majorFaults = parseKey(stat, 'pgmajfault');
  return {
    usageBytes,
    ...known({
      workingSetBytes: difference(usageBytes, parseKey(stat, 'inactive_file')),
      rssBytes: parseKey(stat, 'anon'),
      cacheBytes: parseKey(stat, 'file'),
      // Kernels before 5.18 have no sum.
      kernelBytes: parseKey(stat, 'kernel'),
      swapBytes: parseNumber(textOf('', 'memory.swap.current') ?? ''),
      peakBytes: parseNumber(textOf('', 'memory.peak') ?? ''),
      minorFaults: difference(parseKey(stat, 'pgfault'), majorFaults),
      majorFaults,
    }),
    events: known({
      low: parseKey(events, 'low'),
      high: parseKey(events, 'high'),
      max: parseKey(events, 'max'),
      oom: parseKey(events, 'oom'),
      oomKill: parseKey(events, 'oom_kill'),
    }),
  };
}
