import type { ContainerDescription } from '../../model/engine-container.ts';
import type { DockerEvent } from '../../model/event.ts';
import { parseSignal } from '../parse/signal.ts';
import {
  createNew,
  createTracked,
  NOTHING_TOLD,
  nameOf,
  type PendingExit,
  type Run,
  type Tracked,
  withKill,
} from './tracked.ts';

/** Further ones of a run follow its end within moments, or tell of it late. */
export const SETTLE_MS = 500;

export interface EventSurroundings {
  /** Of our monotonic clock. */
  readonly nowMs: number;
  /** Unix seconds, of ours. */
  readonly nowSeconds: number;
  /** Whether it happened in our time: what was before explains what is, and counts for nothing. */
  readonly isCounted: boolean;
}

type Apply = (tracked: Tracked, event: DockerEvent, surroundings: EventSurroundings) => void;

/** By action; all others say nothing about a container's life. */
const APPLY: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['start', start],
  ['kill', explain((run, event, tracked) => withKill(run, readKill(tracked, event)))],
  ['stop', explain((run, event) => ({ ...run, stopAtSeconds: secondsOf(event) }))],
  ['oom', explain((run, event) => ({ ...run, oomAtSeconds: secondsOf(event) }))],
  ['die', die],
  ['rename', () => undefined],
  ['destroy', destroy],
]);

/** Whether `applyEvent` makes anything of it. */
export function isOfLife({ type, action }: DockerEvent): boolean {
  return type === 'container' && (action === 'create' || APPLY.has(action));
}

/** What is known of a container after one event of its life, in the order of the stream. */
export function applyEvent(known: Tracked | undefined, event: DockerEvent, surroundings: EventSurroundings): Tracked {
  // One that is known already was created, whatever comes late.
  if (event.action === 'create' && known === undefined) return create(event, surroundings);
  const tracked = known ?? createTracked(describe(event));
  const { name } = event.attributes;
  // The engine's own, whatever the labels: it writes the name over them.
  if (name !== undefined && name !== tracked.description.name) tracked.description = { ...tracked.description, name };
  APPLY.get(event.action)?.(tracked, event, surroundings);
  return tracked;
}

function create(event: DockerEvent, { isCounted }: EventSurroundings): Tracked {
  const description = describe(event);
  const createdSeconds = secondsOf(event);
  const tracked = isCounted
    ? createNew(description, createdSeconds)
    : { ...createTracked(description), createdSeconds };
  return { ...tracked, spoofed: spoofedBy(event.attributes) };
}

/** A fresh inspect follows; until then this names the container. */
function describe({ attributes: { name, image = '', ...labels } }: DockerEvent): ContainerDescription {
  return { ...(name !== undefined && { name }), labels, image, hasHealthcheck: false };
}

const TOLD_BY_EVENTS = ['exitCode', 'containerExitCode', 'signal'];

/** The engine writes labels over what an event says: these say nothing then (trap 15). */
export function spoofedBy(labels: Readonly<Record<string, string>>): readonly string[] {
  return TOLD_BY_EVENTS.filter((attribute) => Object.hasOwn(labels, attribute));
}

function start(tracked: Tracked, { attributes }: DockerEvent): void {
  tracked.run = NOTHING_TOLD;
  tracked.isEnded = false;
  delete tracked.lastExit;
  // A start says nothing of its own: all its attributes are labels.
  tracked.spoofed ??= spoofedBy(attributes);
  for (const exit of tracked.pending) exit.isOver = true;
}

/**
 * What was right after an end belongs to it, whenever it is told: 20.10 tells of a stop only then (R13). A stop without
 * a kill before it found nothing that ran: the policy was waiting.
 */
function explain(add: (run: Run, event: DockerEvent, tracked: Tracked) => Run): Apply {
  return (tracked, event) => {
    const last = tracked.pending.at(-1);
    const isNear = last?.isOver === false && secondsOf(event) - last.atSeconds <= SETTLE_MS / 1000;
    const isOfLast = isNear && (event.action !== 'stop' || last.run.kills.length > 0);
    const explained = isOfLast ? last : tracked;
    explained.run = add(explained.run, event, tracked);
    if (!isOfLast && event.action === 'stop' && tracked.isEnded) tracked.run = { ...tracked.run, isCancelled: true };
  };
}

function readKill(tracked: Tracked, event: DockerEvent) {
  const signal = parseSignal(toldBy(tracked, event, 'signal'));
  return { atSeconds: secondsOf(event), ...(signal !== undefined && { signal }) };
}

function die(tracked: Tracked, event: DockerEvent, { nowMs, isCounted }: EventSurroundings): void {
  const code = toldBy(tracked, event, 'exitCode') ?? toldBy(tracked, event, 'containerExitCode');
  const name = nameOf(tracked.description);
  const atSeconds = secondsOf(event);
  const isLate = atSeconds <= (tracked.comparedUntilSeconds ?? Number.NEGATIVE_INFINITY);
  const exit: PendingExit = {
    ...(name !== undefined && { name }),
    isCounted: isCounted && !isLate,
    atSeconds,
    dueAtMs: nowMs + SETTLE_MS,
    ...(code !== undefined && /^\d{1,3}$/.test(code) && { exitCode: Number(code) }),
    hasOomKilled: false,
    run: tracked.run,
    isOver: false,
  };
  tracked.pending.push(exit);
  if (!isLate) tracked.ends++;
  tracked.isEnded = true;
  delete tracked.lastExit;
}

function destroy(tracked: Tracked, event: DockerEvent, { nowSeconds }: EventSurroundings): void {
  tracked.gone = { engineSeconds: secondsOf(event), ourSeconds: nowSeconds };
}

/** An attribute that is the engine's word: not as long as nobody knows the labels. */
function toldBy({ spoofed }: Tracked, { attributes }: DockerEvent, attribute: string): string | undefined {
  return spoofed === undefined || spoofed.includes(attribute) ? undefined : attributes[attribute];
}

/** To a quarter of a microsecond, which is enough for what is compared: stretches of seconds. */
function secondsOf({ timeNano }: DockerEvent): number {
  return Number(timeNano) / 1e9;
}
