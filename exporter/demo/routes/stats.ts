import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiReply, isTrue, jsonReply } from '../http/api.ts';
import { readStats, type StatsReading, statsJson } from '../json/stats-json.ts';
import type { SimulatedContainer } from '../state/container.ts';
import type { EngineState } from '../state/engine-state.ts';
import { findContainer } from '../state/lookup.ts';
import type { RouteContext } from './index.ts';

/** The engine reads all containers in turn once in this time. */
const CYCLE_MS = 1000;

export async function readStatistics(context: RouteContext): Promise<ApiReply> {
  const { state, request, minor, reference } = context;
  const container = findContainer(state, reference);
  if (!request.query.has('stream') || isTrue(request.query.get('stream'))) {
    const headers = { 'Content-Type': 'application/json' };
    return { status: 200, headers, body: samples(context, container) };
  }
  const oneShot = isTrue(request.query.get('one-shot'));
  const first = readStats(state, container);
  if (first.readNano === undefined) return jsonReply(statsJson({ reading: first }, { minor, container }));
  if (oneShot && state.flavour.oneShot === 'direct') return jsonReply(statsJson({ reading: first }, { minor }));
  const before = await readAtTick(state, container, request.signal);
  if (oneShot) return jsonReply(statsJson({ reading: before }, { minor, container }));
  const reading = await readAtTick(state, container, request.signal);
  return jsonReply(statsJson({ reading, before }, { minor, container }));
}

/** A sample each cycle; the first without one before it. Of a container that ended: zeros. */
async function* samples({ state, request, minor }: RouteContext, container: SimulatedContainer): AsyncIterable<string> {
  let before: StatsReading | undefined;
  while (!request.signal.aborted && state.containers.has(container.id)) {
    const reading = await readAtTick(state, container, request.signal);
    yield `${JSON.stringify(statsJson({ reading, before }, { minor, container }))}\n`;
    before = reading;
  }
}

/** All that wait are answered at the same tick of the engine's own second. */
async function readAtTick(
  state: EngineState,
  container: SimulatedContainer,
  signal: AbortSignal,
): Promise<StatsReading> {
  const sinceTickMs = (state.clock.elapsedSeconds() * 1000) % CYCLE_MS;
  // A timer may fire a fraction of a millisecond early: then the next tick would be this one again.
  await sleep(Math.ceil(CYCLE_MS - sinceTickMs) + 1, undefined, { signal });
  return readStats(state, container);
}
