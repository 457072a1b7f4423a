// What a rendering costs: `npx tsc -p test/bench && node dist/bench/test/bench/render.js`
import { collectors } from '../../exporter/collectors/index.ts';
import { renderExposition } from '../../exporter/metrics/exposition.ts';
import { bind, type Collector, type Family } from '../../exporter/metrics/family.ts';
import { containerScope } from '../../exporter/metrics/scopes.ts';
import { limitSeries } from '../../exporter/metrics/series-limit.ts';
import { CONTAINER_STATES, type ContainerSnapshot } from '../../exporter/model/container.ts';
import type { World } from '../../exporter/model/world.ts';
import { plainWorld } from '../contract/sample-world.ts';

const SIZES = [20, 100, 500];
const WARM_UP = 60;
const ROUNDS = 100;

/** 45 series a container, in the mixture of the catalogue: large and broken numbers, states, an info. */
const synthetic: Collector = {
  name: 'synthetic',
  families: bind(containerScope, [
    ...Array.from({ length: 37 }, (_, index) => single(index)),
    {
      name: 'docker_container_synthetic_state',
      type: 'gauge',
      help: 'States.',
      labels: ['state'],
      read: ({ facts }) => CONTAINER_STATES.map((state) => [{ state }, facts?.state === state ? 1 : 0] as const),
    },
    {
      name: 'docker_container_synthetic_info',
      type: 'info',
      help: 'Names.',
      labels: ['id', 'image', 'image_id', 'restart_policy'],
      read: ({ identity }) => [[identity.infoLabels, 1]],
    },
  ]),
};

function single(index: number): Family<ContainerSnapshot> {
  return {
    name: `docker_container_synthetic_number_${index}_total`,
    type: 'counter',
    help: 'Numbers.',
    read: (c) => (c.sample?.cpu?.usageSeconds ?? 0) * (index % 3 === 0 ? 1 : 1000) + index,
  };
}

/** The next scrape's World: new numbers under the same identities, or under new ones as after a start. */
function nextWorld(world: World, round: number, identities: 'same' | 'new'): World {
  const next = (c: ContainerSnapshot, index: number): ContainerSnapshot => {
    const { identity, facts, sample } = c;
    const seriesLabels = identities === 'same' ? identity.seriesLabels : { ...identity.seriesLabels };
    const usageSeconds = round % 2 === 0 ? index * 1000 + round / 7 : index * 1_000_003 + round;
    const cpu = { ...sample?.cpu, usageSeconds };
    return { identity: { ...identity, seriesLabels }, ...(facts && { facts }), sample: { ...sample, cpu } };
  };
  return { hosts: world.hosts.map((host) => ({ ...host, containers: host.containers.map(next) })) };
}

interface Cost {
  /** The median round's. */
  readonly ms: number;
  /** Mean of all rounds, the collection of garbage and other threads with it: other processes do not change it. */
  readonly cpuMs: number;
}

function measure(world: World, identities: 'same' | 'new', run: (world: World) => unknown): Cost {
  const worlds = Array.from({ length: ROUNDS }, (_, round) => nextWorld(world, round, identities));
  for (let round = 0; round < WARM_UP; round++) run(nextWorld(world, round, identities));
  const startCpu = process.cpuUsage();
  const tookMs = worlds.map((next) => {
    const startMs = performance.now();
    run(next);
    return performance.now() - startMs;
  });
  const { user, system } = process.cpuUsage(startCpu);
  return { ms: median(tookMs), cpuMs: (user + system) / 1000 / ROUNDS };
}

/** Milliseconds that the longest piece held the event loop, in the median round. */
function measureLongestPiece(world: World, listed: readonly Collector[]): number {
  const longestMs: number[] = [];
  measure(world, 'same', (given) => {
    let longest = 0;
    let startMs = performance.now();
    for (const _ of renderExposition({ world: given, collectors: listed, format: 'text', nowMs })) {
      longest = Math.max(longest, performance.now() - startMs);
      startMs = performance.now();
    }
    longestMs.push(longest);
  });
  return median(longestMs);
}

const nowMs = () => performance.now();
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const round3 = (value: number) => Number(value.toFixed(3));

function report(list: string, listed: readonly Collector[], containers: number) {
  const world = plainWorld(containers);
  const render = (format: 'text' | 'openmetrics') => (given: World) => [
    ...renderExposition({ world: given, collectors: listed, format, nowMs }),
  ];
  const text = render('text')(world).join('');
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  const perSeries = (ms: number) => round3((ms * 1000) / series);
  const warm = measure(world, 'same', render('text'));
  const encoded = measure(world, 'same', (given) => render('text')(given).map((piece) => Buffer.from(piece)));
  return {
    collectors: list,
    containers,
    series,
    bytes: text.length,
    'µs a series': perSeries(warm.ms),
    'of CPU': perSeries(warm.cpuMs),
    'with UTF-8': perSeries(encoded.ms),
    'new labels': perSeries(measure(world, 'new', render('text')).ms),
    OpenMetrics: perSeries(measure(world, 'same', render('openmetrics')).ms),
    'series limit': perSeries(measure(world, 'same', (given) => [...limitSeries(given, listed, 200_000)]).ms),
    'ms in all': round3(encoded.ms),
    'longest piece': round3(measureLongestPiece(world, listed)),
  };
}

const lists = [
  ['real', collectors],
  ['synthetic', [synthetic]],
] as const;
console.table(lists.flatMap(([name, listed]) => SIZES.map((containers) => report(name, listed, containers))));
