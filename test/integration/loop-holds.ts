import { z } from 'zod';
import type { Inspector } from './inspector.ts';

/** A time for which the event loop of a process served nobody. */
export interface Hold {
  readonly wallMs: number;
  /** The part of it in which the process did something, at the profiler's word. */
  readonly busyMs: number;
  /** Where it was most of that part, in which functions' hands. */
  readonly where: readonly string[];
}

/** Shorter ones are not told. */
const SHORTEST_MS = 5;
const SAMPLE_EVERY_MS = 0.5;
/**
 * The profiler stops the thread at each sample: one that does not run, since its processor does something else or is
 * taken away from a virtual machine, is not sampled. What is between two samples that are further apart does not count.
 */
const LONGEST_SAMPLE_MS = 4;

const profiled = z.object({
  profile: z.object({
    nodes: z.array(
      z.object({
        id: z.number(),
        callFrame: z.object({ functionName: z.string() }),
        children: z.array(z.number()).optional(),
      }),
    ),
    startTime: z.number(),
    samples: z.array(z.number()),
    timeDeltas: z.array(z.number()),
  }),
});
const gapsFound = z.array(z.tuple([z.number(), z.number()]));

/** Watches the event loop of a process, until it is asked for what held it. */
export const watchLoop = async ({ ask, evaluate }: Inspector): Promise<() => Promise<readonly Hold[]>> => {
  await ask('Profiler.enable');
  await ask('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MS * 1000 });
  await ask('Profiler.start');
  await evaluate(`globalThis.endOfGaps = (${String(recordGaps)})(${SHORTEST_MS}); 0`);
  return async () => {
    const gaps = gapsFound.parse(await evaluate('endOfGaps()'));
    const samples = readSamples(await ask('Profiler.stop'));
    return gaps.map(([fromMs, toMs]) => describeHold(samples, fromMs, toMs));
  };
};

/** Runs there: when a timer that is due each millisecond had to wait, by the clock of the profiler. */
const recordGaps = (shortestMs: number) => {
  const gaps: (readonly [number, number])[] = [];
  const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
  let lastMs = nowMs();
  const timer = setInterval(() => {
    const atMs = nowMs();
    if (atMs - lastMs >= shortestMs) gaps.push([lastMs, atMs]);
    lastMs = atMs;
  }, 1);
  return () => {
    clearInterval(timer);
    return gaps;
  };
};

interface Sample {
  readonly atMs: number;
  /** The function that ran, and those that called it. */
  readonly stack: readonly string[];
}

const readSamples = (answer: unknown): readonly Sample[] => {
  const { nodes, startTime, samples, timeDeltas } = profiled.parse(answer).profile;
  const stacks = new Map<number, readonly string[]>();
  // A caller comes before whom it calls.
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  for (const { id, callFrame } of nodes) {
    stacks.set(id, [callFrame.functionName, ...(stacks.get(callers.get(id) ?? -1) ?? [])]);
  }
  let atMs = startTime / 1000;
  return samples.map((id, index) => {
    atMs += (timeDeltas[index] ?? 0) / 1000;
    return { atMs, stack: stacks.get(id) ?? [] };
  });
};

const describeHold = (samples: readonly Sample[], fromMs: number, toMs: number): Hold => {
  const spent = new Map<string, number>();
  let lastMs = fromMs;
  for (const { atMs, stack } of samples) {
    if (atMs <= fromMs) continue;
    const untilMs = Math.min(atMs, toMs);
    if (stack[0] !== '(idle)') {
      const place = stack.slice(0, 4).join(' < ');
      spent.set(place, (spent.get(place) ?? 0) + Math.min(untilMs - lastMs, LONGEST_SAMPLE_MS));
    }
    lastMs = untilMs;
    if (atMs >= toMs) break;
  }
  const places = [...spent].sort(([, a], [, b]) => b - a);
  return {
    wallMs: toMs - fromMs,
    busyMs: places.reduce((sum, [, ms]) => sum + ms, 0),
    where: places.slice(0, 5).map(([place, ms]) => `${ms.toFixed(1)} ms ${place}`),
  };
};
