import { bind, type Collector } from '../metrics/family.ts';
import { hostScope } from '../metrics/scopes.ts';
import { CONTAINER_STATES } from '../model/container.ts';
import type { Labels } from '../model/labels.ts';
import { DOWN_REASONS, type EngineFacts } from '../model/world.ts';

/** Label to fact. */
const INFO = {
  version: 'version',
  api_version: 'apiVersion',
  os: 'os',
  kernel: 'kernel',
  architecture: 'architecture',
  cgroup_version: 'cgroupVersion',
  cgroup_driver: 'cgroupDriver',
  storage_driver: 'storageDriver',
  swarm: 'swarm',
} as const satisfies Readonly<Record<string, keyof EngineFacts>>;

/** An engine: whether it answers, what it is, what it holds. */
export const engine: Collector = {
  name: 'engine',
  families: bind(hostScope, [
    {
      name: 'docker_up',
      type: 'gauge',
      help: 'Whether the engine answers and its containers are known.',
      read: (h) => Number(h.outcome.ok),
    },
    {
      name: 'docker_down_reason',
      type: 'gauge',
      help: 'Why the engine is down; all are 0 while it is up, and before the first attempt to reach it has ended.',
      labels: ['reason'],
      read: ({ outcome }) =>
        DOWN_REASONS.map((reason) => [{ reason }, Number(!outcome.ok && outcome.reason === reason)] as const),
    },
    {
      name: 'docker_engine_info',
      type: 'info',
      help: 'The engine as it describes itself; the API version is the one agreed upon.',
      labels: Object.keys(INFO),
      read: ({ engine: facts }) => facts && [[describe(facts), 1]],
    },
    {
      name: 'docker_engine_cpus',
      type: 'gauge',
      help: 'Processors of the machine that the engine runs on.',
      read: (h) => h.engine?.cpus,
    },
    {
      name: 'docker_engine_memory_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of the machine that the engine runs on.',
      read: (h) => h.engine?.memoryBytes,
    },
    {
      name: 'docker_engine_clock_skew_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: "The engine's clock minus ours: the least that explains the whole seconds it tells, 0 while the two may agree.",
      read: (h) => h.clockSkewSeconds,
    },
    {
      name: 'docker_containers',
      type: 'gauge',
      help: 'Containers of the engine, also those that filters leave out.',
      labels: ['state'],
      read: ({ containerCounts: counts }) =>
        counts && CONTAINER_STATES.map((state) => [{ state }, counts[state]] as const),
    },
  ]),
};

/** What the engine does not say is an empty label, which is none. */
function describe(facts: EngineFacts): Labels {
  return Object.fromEntries(Object.entries(INFO).map(([label, fact]) => [label, facts[fact] ?? '']));
}
