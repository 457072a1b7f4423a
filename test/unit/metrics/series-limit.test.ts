import { describe, expect, it } from 'vitest';
import { bind, type Collector, type Scope } from '../../../exporter/metrics/family.ts';
import { containerScope, expectationScope, hostScope, lifecycleScope } from '../../../exporter/metrics/scopes.ts';
import { type LimitedWorld, limitSeries } from '../../../exporter/metrics/series-limit.ts';
import type { ContainerSnapshot } from '../../../exporter/model/container.ts';
import type { Labels } from '../../../exporter/model/labels.ts';
import type { HostSnapshot, World } from '../../../exporter/model/world.ts';

const container = (host: string, name: string, interfaces: number): ContainerSnapshot => ({
  identity: { id: name, name, seriesLabels: { host, name }, infoLabels: {}, isExpected: false },
  facts: { state: 'running', limits: {} },
  sample: {
    pids: { current: 1 },
    networks: Array.from({ length: interfaces }, (_, index) => ({
      interface: `eth${index}`,
      receiveBytes: 1,
      receivePackets: 1,
      receiveDropped: 0,
      transmitBytes: 1,
      transmitPackets: 1,
      transmitDropped: 0,
    })),
  },
});

const hostOf = (host: string, containers: readonly ContainerSnapshot[]): HostSnapshot => ({
  host,
  seriesLabels: { host },
  outcome: { ok: true },
  containers,
  events: { up: true },
});

/** One series a container, and one more for each of its interfaces. */
const perContainer: Collector = {
  name: 'container',
  families: bind(containerScope, [
    { name: 'docker_container_pids', type: 'gauge', help: 'Pids.', read: (c) => c.sample?.pids?.current },
    {
      name: 'docker_container_interfaces',
      type: 'gauge',
      help: 'Interfaces.',
      labels: ['interface'],
      read: (c) => c.sample?.networks?.map(({ interface: name }) => [{ interface: name }, 1] as const),
    },
  ]),
};

/** To its end at once. */
const limited = (...given: Parameters<typeof limitSeries>): LimitedWorld => {
  const work = limitSeries(...given);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
};
const names = (world: World) => world.hosts.map(({ containers }) => containers.map(({ identity }) => identity.name));

describe('limitSeries', () => {
  it('gives back the very world where no host is above the limit', () => {
    const world = { hosts: [hostOf('a', [container('a', 'web', 4)]), hostOf('b', [container('b', 'web', 4)])] };
    expect(limited(world, [perContainer], 5)).toEqual({ world, droppedSeries: new Map() });
    expect(limited(world, [perContainer], 10).world).toBe(world);
  });

  it('leaves out whole containers, the last by name first, and says how many series went', () => {
    const order = ['web-3', 'web-1', 'web-4', 'web-2'];
    const world = {
      hosts: [
        hostOf(
          'a',
          order.map((name) => container('a', name, 3)),
        ),
      ],
    };
    const result = limited(world, [perContainer], 11);
    expect(names(result.world)).toEqual([['web-1', 'web-2']]);
    expect(result.droppedSeries).toEqual(new Map([['a', 8]]));
  });

  it('keeps the rest when one container alone is above the limit', () => {
    const world = { hosts: [hostOf('a', [container('a', 'a-router', 900), container('a', 'web', 2)])] };
    const result = limited(world, [perContainer], 100);
    expect(names(result.world)).toEqual([['web']]);
    expect(result.droppedSeries).toEqual(new Map([['a', 901]]));
  });

  it('limits each host by itself', () => {
    const small = hostOf('a', [container('a', 'web', 2)]);
    const large = hostOf('b', [container('b', 'web', 2), container('b', 'web-2', 2)]);
    const result = limited({ hosts: [small, large] }, [perContainer], 3);
    expect(names(result.world)).toEqual([['web'], ['web']]);
    expect(result.world.hosts[0]).toBe(small);
    expect(result.droppedSeries).toEqual(new Map([['b', 3]]));
  });

  it("does not count what a container does not have, nor what is the host's own", () => {
    const idle: ContainerSnapshot = {
      identity: { id: 'i', name: 'idle', seriesLabels: { host: 'a', name: 'idle' }, infoLabels: {}, isExpected: false },
      facts: { state: 'exited', limits: {} },
    };
    const perHost: Collector = {
      name: 'host',
      families: bind(hostScope, [
        {
          name: 'docker_events_total',
          type: 'counter',
          help: 'Events.',
          labels: ['action'],
          read: () => Array.from({ length: 50 }, (_, index) => [{ action: `a${index}` }, 0] as const),
        },
      ]),
    };
    const world = { hosts: [hostOf('a', [idle, container('a', 'web', 0)])] };
    expect(names(limited(world, [perHost, perContainer], 1).world)).toEqual([['idle', 'web']]);
  });

  it('counts what is told under other labels towards the container that it is told of', () => {
    const others = new Map<string, Labels>();
    const labelsOf = (name: string) => others.get(name) ?? others.set(name, { alias: name }).get(name) ?? {};
    const scope: Scope<number> = {
      name: 'others',
      labels: ['alias'],
      subjects: ({ hosts }) =>
        hosts.flatMap((host) =>
          host.containers.map(({ identity }) => [labelsOf(identity.name), 1, identity.seriesLabels] as const),
        ),
    };
    const perAlias: Collector = {
      name: 'alias',
      families: bind(scope, [{ name: 'docker_alias', type: 'gauge', help: 'Aliases.', read: (value) => value }]),
    };
    const world = { hosts: [hostOf('a', [container('a', 'api', 0), container('a', 'web', 0)])] };
    const result = limited(world, [perAlias], 1);
    expect(names(result.world)).toEqual([['api']]);
    expect(result.droppedSeries).toEqual(new Map([['a', 1]]));
    expect(limited(world, [perAlias, perContainer], 3).droppedSeries).toEqual(new Map([['a', 2]]));
  });

  describe('with what happened to containers and what is expected of them', () => {
    const counted = {
      sinceSeconds: 1_758_000_000,
      exits: { requested: 0, success: 0, error: 0, signal: 0, oom: 0, unknown: 0 },
    };
    const lifecycleOf = (seriesLabels: Labels) => ({ seriesLabels, ...counted, restarts: 0, oomEvents: 0 });
    /** One series each. */
    const perName: Collector = {
      name: 'names',
      families: [
        ...bind(lifecycleScope, [
          { name: 'docker_container_restarts_total', type: 'counter', help: 'Restarts.', read: (c) => c.restarts },
        ]),
        ...bind(expectationScope, [
          { name: 'docker_container_missing', type: 'gauge', help: 'Missing.', read: (e) => Number(e.isMissing) },
        ]),
      ],
    };
    const containers = ['api', 'web'].map((name) => container('a', name, 0));
    const labels = containers.map(({ identity }) => identity.seriesLabels);
    const gone = { host: 'a', name: 'job' };
    const world = {
      hosts: [
        {
          ...hostOf('a', containers),
          lifecycle: { ...counted, containers: [...labels, gone].map(lifecycleOf) },
          expectations: [...labels, gone].map((seriesLabels) => ({ seriesLabels, isMissing: false })),
        },
      ],
    };
    const named = ({ world: { hosts }, droppedSeries }: LimitedWorld) => ({
      containers: hosts[0]?.containers.map(({ identity }) => identity.name),
      lifecycles: hosts[0]?.lifecycle?.containers.map(({ seriesLabels }) => seriesLabels['name']),
      expectations: hosts[0]?.expectations?.map(({ seriesLabels }) => seriesLabels['name']),
      dropped: droppedSeries.get('a') ?? 0,
    });

    it('leaves these out with their container', () => {
      expect(named(limited(world, [perContainer, perName], 5))).toEqual({
        containers: ['api'],
        lifecycles: ['api', 'job'],
        expectations: ['api', 'job'],
        dropped: 3,
      });
    });

    it('leaves out a container that is gone as a whole too', () => {
      expect(named(limited(world, [perContainer, perName], 4))).toEqual({
        containers: ['api'],
        lifecycles: ['api'],
        expectations: ['api'],
        dropped: 5,
      });
    });

    it('leaves the counters of the host as they are', () => {
      const { lifecycle } = limited(world, [perContainer, perName], 0).world.hosts[0] ?? {};
      expect(lifecycle).toEqual({ ...counted, containers: [] });
    });
  });

  it("lets a collector that throws be the rendering's affair", () => {
    const read = () => {
      throw new Error('no such field');
    };
    const failing: Collector = {
      name: 'failing',
      families: bind(containerScope, [
        { name: 'docker_x', type: 'gauge', help: 'X.', read },
        { name: 'docker_y', type: 'gauge', help: 'Y.', labels: ['z'], read },
      ]),
    };
    const world = { hosts: [hostOf('a', [container('a', 'web-1', 3), container('a', 'web-2', 3)])] };
    expect(names(limited(world, [failing, perContainer], 4).world)).toEqual([['web-1']]);
  });

  it('gives way between pieces of its work', () => {
    const containers = Array.from({ length: 5000 }, (_, index) => container('a', `web-${index}`, 1));
    const pieces = [...limitSeries({ hosts: [hostOf('a', containers)] }, [perContainer], 1_000_000)];
    expect(pieces.length).toBeGreaterThanOrEqual(19);
  });
});
