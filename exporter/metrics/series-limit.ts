import type { Labels } from '../model/labels.ts';
import type { HostSnapshot, World } from '../model/world.ts';
import type { BoundFamily, Collector, Reading } from './family.ts';
import { type LabelText, labelText } from './label-text.ts';
import { createSubjects, type SubjectsOf } from './subjects.ts';

export interface LimitedWorld {
  readonly world: World;
  /** By host; one that lost nothing is not in it. */
  readonly droppedSeries: ReadonlyMap<string, number>;
}

/**
 * Leaves out whole containers of a host whose containers have more series than the limit: in the order of their names
 * each stays that still fits, so the same ones stay from scrape to scrape. A container's series are those that scopes
 * count under its own Labels object, also after it is gone. Yields between pieces of work, for the caller to give way.
 */
export function* limitSeries(
  world: World,
  collectors: readonly Collector[],
  limitPerHost: number,
): Generator<undefined, LimitedWorld> {
  const families = collectors.flatMap((collector) => collector.families);
  const subjectsOf = createSubjects(world);
  if ((yield* atMost(families, subjectsOf)) <= limitPerHost) return { world, droppedSeries: new Map() };
  const counts = yield* countSeries(families, subjectsOf);
  const droppedSeries = new Map<string, number>();
  const hosts = world.hosts.map((host) => {
    const limited = limitHost(host, counts, limitPerHost);
    if (limited.dropped > 0) droppedSeries.set(host.host, limited.dropped);
    return limited.host;
  });
  return { world: { ...world, hosts }, droppedSeries };
}

type Counts = ReadonlyMap<LabelText, number>;

/** More than one series a subject is only where a family has labels of its own: far below the limit no other is read. */
function* atMost(families: readonly BoundFamily[], subjectsOf: SubjectsOf): Generator<undefined, number> {
  const labelled = families.filter(({ labels, scope }) => labels.length > scope.labels.length);
  const single = families.filter((family) => !labelled.includes(family));
  let series = 0;
  for (const family of single) series += subjectsOf(family.scope).length;
  for (const count of (yield* countSeries(labelled, subjectsOf)).values()) series += count;
  return series;
}

/** Well under a millisecond of work. */
const PIECE_SUBJECTS = 256;

function* countSeries(families: readonly BoundFamily[], subjectsOf: SubjectsOf): Generator<undefined, Counts> {
  const counts = new Map<LabelText, number>();
  let done = 0;
  for (const { scope, read } of families) {
    try {
      const subjects = subjectsOf(scope);
      for (let at = 0; at < subjects.length; at++) {
        const found = subjects[at];
        if (found === undefined) continue;
        counts.set(found[2], (counts.get(found[2]) ?? 0) + seriesIn(read(found[1])));
        if (++done % PIECE_SUBJECTS === 0) yield;
      }
    } catch {
      // The rendering leaves out the collector that throws, and reports it: what is counted of it is too much.
    }
  }
  return counts;
}

function seriesIn(reading: Reading): number {
  if (reading === undefined) return 0;
  return typeof reading === 'number' ? 1 : reading.length;
}

function limitHost(host: HostSnapshot, counts: Counts, limit: number): { host: HostSnapshot; dropped: number } {
  let left = limit;
  let dropped = 0;
  const kept = new Set<Labels>();
  for (const labels of labelsOf(host).sort(byName)) {
    const series = counts.get(labelText(labels)) ?? 0;
    if (series > left) {
      dropped += series;
      continue;
    }
    left -= series;
    kept.add(labels);
  }
  return { host: dropped === 0 ? host : keepOnly(host, kept), dropped };
}

/** One object for all that is told of a container. */
function labelsOf({ containers, lifecycle, expectations = [] }: HostSnapshot): Labels[] {
  const labelled = [...containers.map(({ identity }) => identity), ...(lifecycle?.containers ?? []), ...expectations];
  return [...new Set(labelled.map(({ seriesLabels }) => seriesLabels))];
}

function byName({ name: a = '' }: Labels, { name: b = '' }: Labels): number {
  return Number(a > b) - Number(a < b);
}

function keepOnly(host: HostSnapshot, kept: ReadonlySet<Labels>): HostSnapshot {
  const { lifecycle, expectations } = host;
  const isKept = ({ seriesLabels }: { readonly seriesLabels: Labels }) => kept.has(seriesLabels);
  return {
    ...host,
    containers: host.containers.filter(({ identity }) => isKept(identity)),
    ...(lifecycle && { lifecycle: { ...lifecycle, containers: lifecycle.containers.filter(isKept) } }),
    ...(expectations && { expectations: expectations.filter(isKept) }),
  };
}
