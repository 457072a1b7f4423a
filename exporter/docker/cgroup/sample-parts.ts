import type { CpuSample, PidsSample } from '../../model/sample.ts';
import { known } from '../parse/known.ts';
import { parseNumber } from './parse.ts';
import type { TextOf } from './text-of.ts';

type Throttling = NonNullable<CpuSample['throttling']>;

/** Without a quota the kernel counts no periods. */
export function readThrottling(
  counts: { readonly [K in keyof Throttling]: number | undefined },
): Throttling | undefined {
  const { periods = 0, throttledPeriods, throttledSeconds } = counts;
  if (periods === 0 || throttledPeriods === undefined || throttledSeconds === undefined) return undefined;
  return { periods, throttledPeriods, throttledSeconds };
}

/** From the kernel's unit to seconds. */
export function divide(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}

/** The same files in both versions, of v1 in a hierarchy of their own. */
export function readPids(textOf: TextOf, controller: 'pids' | ''): PidsSample | undefined {
  const current = parseNumber(textOf(controller, 'pids.current') ?? '');
  if (current === undefined || current === 0) return undefined;
  return { current, ...known({ limit: parseNumber(textOf(controller, 'pids.max') ?? '') }) };
}
