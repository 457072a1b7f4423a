import type { ContainerSnapshot } from '../../exporter/model/container.ts';
import type { ContainerLifecycle, HostLifecycle } from '../../exporter/model/lifecycle.ts';
import type { HostSnapshot, World } from '../../exporter/model/world.ts';
import { type Complete, sampleProbes } from './sample-probes.ts';

/** Running in a compose project, with a healthcheck, every limit and every counter. */
const richContainer: Complete<ContainerSnapshot> = {
  identity: {
    id: '3f4e8a1c9b2d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f',
    name: 'shop-web-1',
    seriesLabels: { host: 'edge-1', name: 'shop-web-1', compose_project: 'shop', compose_service: 'web' },
    infoLabels: {
      id: '3f4e8a1c9b2d',
      image: 'registry.example/shop/web:2.7.1',
      image_id: 'sha256:8f2a1c9b2d7e',
      restart_policy: 'unless-stopped',
      network_mode: 'shop_default',
      healthcheck: 'true',
      expected: 'true',
      tags: 'critical,shop',
      task: 'k3v9x1q7w2e5',
      label_org_example_team: 'the "A" \\ team\nof two lines',
    },
    isExpected: true,
  },
  facts: {
    state: 'running',
    createdSeconds: 1_758_000_000.123,
    startedSeconds: 1_758_000_001.5,
    finishedSeconds: 1_757_999_999.25,
    exitCode: 137,
    engineRestarts: 3,
    health: {
      status: 'unhealthy',
      failingStreak: 4,
      lastCheck: { startSeconds: 1_758_000_030.75, durationSeconds: 0.0315, exitCode: 1 },
      verdict: {
        check: { startNano: '1758000030750000000', endNano: '1758000030781500000', exitCode: 1, output: 'refused' },
        isFirst: true,
      },
    },
    limits: {
      cpuQuotaCores: 1.5,
      cpuPeriodSeconds: 0.1,
      cpuShares: 512,
      cpusetCores: 2,
      memoryBytes: 536_870_912,
      memoryReservationBytes: 268_435_456,
      pids: 200,
    },
  },
  cgroupPath: '/system.slice/docker-3f4e8a1c9b2d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f.scope',
  sample: {
    cpu: {
      usageSeconds: 1234.567891,
      userSeconds: 1000.25,
      systemSeconds: 234.317891,
      throttling: { periods: 5000, throttledPeriods: 120, throttledSeconds: 6.75 },
    },
    memory: {
      usageBytes: 312_475_648,
      workingSetBytes: 287_309_824,
      rssBytes: 201_326_592,
      cacheBytes: 98_304_000,
      kernelBytes: 7_340_032,
      swapBytes: 1_048_576,
      peakBytes: 402_653_184,
      minorFaults: 812_345,
      majorFaults: 42,
      events: { low: 1, high: 12, max: 345, oom: 2, oomKill: 1 },
    },
    pressure: {
      cpu: { waitingSeconds: 12.345678, stalledSeconds: 1.5 },
      memory: { waitingSeconds: 0.25, stalledSeconds: 0.125 },
      io: { waitingSeconds: 3.75, stalledSeconds: 3.5 },
    },
    pids: { current: 37, limit: 200 },
    networks: ['eth0', 'eth1'].map((name) => ({
      interface: name,
      receiveBytes: 123_456_789_012,
      receivePackets: 98_765_432,
      receiveDropped: 3,
      receiveErrors: 1,
      transmitBytes: 23_456_789_012,
      transmitPackets: 8_765_432,
      transmitDropped: 0,
      transmitErrors: 2,
    })),
    blockDevices: [{ device: '8:0', readBytes: 45_678_592, writtenBytes: 912_384_000, reads: 1234, writes: 56_789 }],
  },
};

/** What is not richContainer's: exited, so that what shows only then is there too. */
const exitedContainer: ContainerSnapshot = {
  identity: {
    id: '0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d',
    name: 'migrate',
    seriesLabels: { host: 'edge-1', name: 'migrate' },
    infoLabels: { id: '0c1d2e3f4a5b', image: 'shop/migrate' },
    isExpected: false,
  },
  facts: {
    state: 'exited',
    createdSeconds: 1_758_000_000,
    startedSeconds: 1_758_000_001,
    finishedSeconds: 1_758_000_009,
    exitCode: 0,
    limits: {},
  },
};

/** Nothing that may be absent. */
const bareContainer: ContainerSnapshot = {
  identity: {
    id: 'f'.repeat(64),
    name: 'bare',
    seriesLabels: { host: 'edge-1', name: 'bare' },
    infoLabels: {},
    isExpected: false,
  },
  facts: { state: 'created', limits: {} },
};

/** One interface, one device, no limits, no healthcheck, not of compose: what the budget is for. */
const plainContainer = (name: string): ContainerSnapshot => ({
  identity: {
    id: richContainer.identity.id,
    name,
    seriesLabels: { host: 'edge-1', name },
    infoLabels: { id: '3f4e8a1c9b2d', image: 'nginx:1.29', image_id: 'sha256:8f2a1c9b2d7e', restart_policy: 'no' },
    isExpected: false,
  },
  facts: {
    state: 'running',
    createdSeconds: 1_758_000_000.123,
    startedSeconds: 1_758_000_001.5,
    engineRestarts: 0,
    limits: {},
  },
  sample: {
    cpu: { usageSeconds: 1234.567891, userSeconds: 1000.25, systemSeconds: 234.317891 },
    memory: richContainer.sample.memory,
    pids: { current: 37, limit: 4662 },
    networks: richContainer.sample.networks.slice(0, 1),
    blockDevices: richContainer.sample.blockDevices,
  },
});

const NO_EXITS = { requested: 0, success: 0, error: 0, signal: 0, oom: 0, unknown: 0 };

const richLifecycle: Complete<ContainerLifecycle> = {
  seriesLabels: richContainer.identity.seriesLabels,
  sinceSeconds: 1_757_000_000.25,
  exits: { requested: 1, success: 0, error: 2, signal: 0, oom: 3, unknown: 0 },
  restarts: 5,
  oomEvents: 4,
  lastExit: 'oom',
  hasGivenUp: true,
};

const exitedLifecycle: ContainerLifecycle = {
  seriesLabels: exitedContainer.identity.seriesLabels,
  sinceSeconds: 1_758_000_000.5,
  exits: { ...NO_EXITS, success: 1 },
  restarts: 0,
  oomEvents: 0,
  lastExit: 'success',
};

/** Of a container that is gone. */
const tombstone: ContainerLifecycle = {
  seriesLabels: { host: 'edge-1', name: 'job', compose_project: 'shop', compose_service: 'job' },
  sinceSeconds: 1_758_000_010,
  exits: { ...NO_EXITS, error: 1 },
  restarts: 0,
  oomEvents: 0,
  lastExit: 'error',
};

/** Nothing that may be absent. */
export const bareLifecycle = ({ identity: { seriesLabels } }: ContainerSnapshot): ContainerLifecycle => ({
  seriesLabels,
  sinceSeconds: 1_758_000_000.5,
  exits: NO_EXITS,
  restarts: 0,
  oomEvents: 0,
});

const richHostLifecycle: HostLifecycle = {
  sinceSeconds: 1_757_000_000.5,
  exits: { requested: 40, success: 12, error: 7, signal: 3, oom: 2, unknown: 1 },
  containers: [richLifecycle, exitedLifecycle, bareLifecycle(bareContainer), tombstone],
};

type Varied = 'containers' | 'lifecycle';
const richHost: Complete<Omit<HostSnapshot, Varied>> & Required<Pick<HostSnapshot, Varied>> = {
  host: 'edge-1',
  seriesLabels: { host: 'edge-1' },
  readAtSeconds: 1_758_000_042.5,
  outcome: { ok: true },
  engine: {
    version: '28.5.1',
    apiVersion: '1.51',
    os: 'Debian GNU/Linux 12 (bookworm)',
    kernel: '6.1.0-40-amd64',
    architecture: 'x86_64',
    cgroupVersion: '2',
    cgroupDriver: 'systemd',
    storageDriver: 'overlay2',
    swarm: 'inactive',
    cpus: 8,
    memoryBytes: 16_637_472_768,
  },
  clockSkewSeconds: -0.25,
  containerCounts: { created: 1, running: 1, paused: 0, restarting: 0, removing: 0, exited: 1, dead: 0 },
  sampleSources: { api: 1, kernel: 2 },
  containers: [richContainer, exitedContainer, bareContainer],
  events: {
    up: true,
    lastEventSeconds: 1_758_000_031.5,
    totals: {
      sinceSeconds: 1_757_000_000.5,
      reconnects: 2,
      gaps: 1,
      counts: [
        ['container', 'start', 12],
        ['container', 'die', 0],
      ],
    },
  },
  lifecycle: richHostLifecycle,
  expectations: [
    { seriesLabels: richContainer.identity.seriesLabels, isMissing: false },
    { seriesLabels: tombstone.seriesLabels, isMissing: true },
    {
      seriesLabels: { host: 'edge-1', name: 'worker', compose_project: 'shop', compose_service: 'worker' },
      isMissing: true,
    },
  ],
};

/** Nothing that may be absent, and down for a reason. */
const downHost: HostSnapshot = {
  host: 'edge-2',
  seriesLabels: { host: 'edge-2' },
  outcome: { ok: false, reason: 'denied' },
  containers: [],
  events: { up: false },
};

export const sampleWorld: World = { hosts: [richHost, downHost], probes: sampleProbes };

/** A host of plain containers only. */
export const plainWorld = (count: number): World => {
  const containers = Array.from({ length: count }, (_, i) => plainContainer(`web-${i}`));
  const lifecycle = { ...richHostLifecycle, containers: containers.map(bareLifecycle) };
  return { hosts: [{ ...downHost, outcome: { ok: true }, containers, lifecycle }] };
};
