import { z } from 'zod';
import {
  CONTAINER_STATES,
  type ContainerFacts,
  type ContainerLimits,
  type ContainerState,
} from '../../model/container.ts';
import type { ContainerDescription, EngineContainer } from '../../model/engine-container.ts';
import { texts } from '../../util/any-keys.ts';
import { inspectedHealth, readHealth } from './health.ts';
import { known } from './known.ts';
import { parseNetwork } from './network.ts';
import { parseSignal } from './signal.ts';
import { parseTimeNano, parseTimeSeconds } from './time.ts';

/** Engine states, and the further ones of Podman (R46). A Map, because an object also has a "constructor". */
const STATES: ReadonlyMap<string, ContainerState> = new Map([
  ...CONTAINER_STATES.map((state) => [state, state] as const),
  ['configured', 'created'],
  ['initialized', 'created'],
  ['stopping', 'running'],
  ['stopped', 'exited'],
]);

const inspected = z.object({
  Id: z.string().regex(/^[0-9a-f]{64}$/),
  Name: z.string().default(''),
  Created: z.string().optional(),
  Image: z.string().optional(),
  RestartCount: z.int().nonnegative().optional(),
  State: z.object({
    Status: z.string(),
    ExitCode: z.int().optional(),
    OOMKilled: z.boolean().optional(),
    Pid: z.int().optional(),
    StartedAt: z.string().optional(),
    FinishedAt: z.string().optional(),
    Health: inspectedHealth,
  }),
  Config: z.object({
    Image: z.string().default(''),
    Labels: texts.nullish(),
    Healthcheck: z.object({ Test: z.array(z.string()).nullish(), Retries: z.int().exactOptional() }).nullish(),
    StopSignal: z.union([z.string(), z.number()]).nullish(),
    StopTimeout: z.int().nullish(),
    ExposedPorts: z.unknown().optional(),
  }),
  HostConfig: z.object({
    NetworkMode: z.string().optional(),
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.int().optional() }).nullish(),
    AutoRemove: z.boolean().optional(),
    Memory: z.number().optional(),
    MemoryReservation: z.number().optional(),
    NanoCpus: z.number().optional(),
    CpuQuota: z.number().optional(),
    CpuPeriod: z.number().optional(),
    CpuShares: z.number().optional(),
    CpusetCpus: z.string().optional(),
    PidsLimit: z.number().nullish(),
  }),
  NetworkSettings: z.unknown().optional(),
});
type Inspected = z.infer<typeof inspected>;

/** `GET /containers/{id}/json`. Throws when it is not what an engine answers. */
export function parseInspect(answer: unknown): EngineContainer {
  const container = inspected.parse(answer);
  return {
    id: container.Id,
    description: describe(container),
    facts: readFacts(container),
    network: parseNetwork(container.NetworkSettings, container.Config.ExposedPorts),
    ...known({ pid: positive(container.State.Pid) }),
    hasOomKilled: container.State.OOMKilled ?? false,
    ...(container.State.Status.toLowerCase() === 'stopped' && { isUndecided: true }),
  };
}

function describe({ Name, Image, Config, HostConfig }: Inspected): ContainerDescription {
  const test = Config.Healthcheck?.Test?.[0];
  return {
    ...known({
      name: Name.replace(/^\//, ''),
      imageId: Image,
      restartPolicy: HostConfig.RestartPolicy?.Name,
      networkMode: HostConfig.NetworkMode,
      maximumRestarts: positive(HostConfig.RestartPolicy?.MaximumRetryCount),
      stopSignal: parseSignal(Config.StopSignal),
      stopTimeoutSeconds: Config.StopTimeout ?? undefined,
      isAutoRemoved: HostConfig.AutoRemove,
    }),
    labels: Config.Labels ?? {},
    image: Config.Image,
    hasHealthcheck: test !== undefined && test !== 'NONE',
  };
}

function readFacts({ Created, RestartCount, State, Config, HostConfig }: Inspected): ContainerFacts {
  // Running is also true while restarting, and paused: Status alone tells (trap 3). Unknown ones are dead to us.
  const state = STATES.get(State.Status.toLowerCase()) ?? 'dead';
  const ended = state === 'exited' || state === 'dead' || state === 'restarting';
  return {
    state,
    ...known({
      createdSeconds: parseTimeSeconds(Created),
      startedSeconds: parseTimeSeconds(State.StartedAt),
      finishedSeconds: parseTimeSeconds(State.FinishedAt),
      // A container that runs, or never ran, has the exit code 0 of nothing (trap 24).
      exitCode: ended ? State.ExitCode : undefined,
      engineRestarts: RestartCount,
      // The engine calls a container unhealthy when it is stopped or paused (R2).
      health:
        state === 'running'
          ? readHealth(State.Health, {
              retries: positive(Config.Healthcheck?.Retries),
              startedNano: parseTimeNano(State.StartedAt),
            })
          : undefined,
    }),
    limits: readLimits(HostConfig),
  };
}

function readLimits(config: Inspected['HostConfig']): ContainerLimits {
  return known({
    ...readQuota(config),
    cpuShares: positive(config.CpuShares),
    cpusetCores: cpusetCores(config.CpusetCpus),
    // 0 is "none": the limit that stats tell is then the host's memory (trap 6).
    memoryBytes: positive(config.Memory),
    memoryReservationBytes: positive(config.MemoryReservation),
    pids: positive(config.PidsLimit),
  });
}

const MICROSECONDS = 1e6;
/** The kernel's default, which the engine also writes for NanoCpus. */
const PERIOD_MICROSECONDS = 100_000;

function readQuota({ NanoCpus, CpuQuota, CpuPeriod }: Inspected['HostConfig']) {
  const nanoCpus = positive(NanoCpus);
  if (nanoCpus !== undefined) {
    return { cpuQuotaCores: nanoCpus / 1e9, cpuPeriodSeconds: PERIOD_MICROSECONDS / MICROSECONDS };
  }
  const quota = positive(CpuQuota);
  const period = positive(CpuPeriod) ?? PERIOD_MICROSECONDS;
  return quota === undefined ? {} : { cpuQuotaCores: quota / period, cpuPeriodSeconds: period / MICROSECONDS };
}

/** "0-3,8" is five. */
function cpusetCores(set: string | undefined): number | undefined {
  let cores = 0;
  for (const range of (set ?? '').split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range.trim());
    if (match === null) return undefined;
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (last < first) return undefined;
    cores += last - first + 1;
  }
  return cores;
}

function positive(value: number | null | undefined): number | undefined {
  return value !== null && value !== undefined && value > 0 ? value : undefined;
}
