import { pino } from 'pino';
import { expect, onTestFinished, vi } from 'vitest';
import type { EngineOptions, SimulatedEngine } from '../../../exporter/demo/engine.ts';
import type { EngineCall } from '../../../exporter/docker/api.ts';
import { createHost, type Host } from '../../../exporter/docker/host.ts';
import { createIdentify, type IdentityRules } from '../../../exporter/docker/identify.ts';
import type { MemoryFile } from '../../../exporter/docker/memory-file.ts';
import type { SampleOptions } from '../../../exporter/docker/sampling.ts';
import type { EngineAddress } from '../../../exporter/docker/transport/index.ts';
import type { ContainerView } from '../../../exporter/docker/visible.ts';
import type { DockerEvent } from '../../../exporter/model/event.ts';
import type { Gap } from '../../../exporter/model/gap.ts';
import type { HealthTransition } from '../../../exporter/model/health-transition.ts';
import type { ExitReason } from '../../../exporter/model/lifecycle.ts';
import type { SampleFailure } from '../../../exporter/model/sample.ts';
import type { HostSnapshot } from '../../../exporter/model/world.ts';
import { serveEngine } from '../demo/client.ts';

export type LogLine = Readonly<Record<string, unknown>>;

export interface Watched {
  readonly host: Host;
  readonly calls: readonly EngineCall[];
  readonly failures: readonly SampleFailure[];
  readonly events: readonly DockerEvent[];
  /** In the order of the events; undefined where none is told. */
  readonly exitReasons: readonly (ExitReason | undefined)[];
  readonly transitions: readonly HealthTransition[];
  readonly gaps: readonly Gap[];
  readonly log: readonly LogLine[];
  readonly scrape: (deadlineMs?: number) => Promise<HostSnapshot>;
  /** Waits until the host is up. */
  readonly up: () => Promise<void>;
}

interface WatchOptions {
  readonly memoryFile?: MemoryFile;
  readonly timeoutMs?: number;
  readonly view?: ContainerView;
  readonly samples?: SampleOptions;
}

/** Nothing survives. */
const FORGETFUL: MemoryFile = { path: '', read: () => undefined, write: () => Promise.resolve() };

/** All containers under their own names. */
export function viewOf(rules: Partial<IdentityRules> = {}, minAgeSeconds = 0): ContainerView {
  const identify = createIdentify({
    host: 'edge-1',
    allowedLabels: [],
    isIncluded: () => true,
    isExpected: () => false,
    tags: () => [],
    ...rules,
  });
  return { identify, minAgeSeconds, expected: new Map() };
}

/** A host that watches this engine, stopped with the test. */
export function watch(
  address: EngineAddress,
  { timeoutMs = 5000, view = viewOf(), memoryFile = FORGETFUL, samples }: WatchOptions = {},
): Watched {
  const calls: EngineCall[] = [];
  const failures: SampleFailure[] = [];
  const events: DockerEvent[] = [];
  const exitReasons: (ExitReason | undefined)[] = [];
  const transitions: HealthTransition[] = [];
  const gaps: Gap[] = [];
  const log: LogLine[] = [];
  const write = (line: string) => log.push(JSON.parse(line) as LogLine);
  const host = createHost({
    name: 'edge-1',
    address,
    timeoutMs,
    memoryFile,
    ...(samples && { samples }),
    logger: pino({ level: 'debug' }, { write }),
    onCall: (call) => calls.push(call),
    onSampleFailure: (failure) => failures.push(failure),
    onEvent: (event, { exitReason }) => {
      events.push(event);
      exitReasons.push(exitReason);
    },
    onHealth: (transition) => transitions.push(transition),
    onGap: (gap) => gaps.push(gap),
  });
  onTestFinished(() => host.stop());
  return {
    host,
    calls,
    failures,
    events,
    exitReasons,
    transitions,
    gaps,
    log,
    scrape: (deadlineMs = 9500) => host.observe(view, deadlineMs),
    up: () => vi.waitFor(() => expect(host.status().phase).toBe('up'), { timeout: 8000, interval: 10 }),
  };
}

/** A simulated engine, filled before it is watched, and the host that watches it, which is up. */
export async function watchSimulated(
  fill: (engine: SimulatedEngine) => void = () => undefined,
  options: WatchOptions & { readonly engine?: EngineOptions } = {},
): Promise<Watched & { readonly engine: SimulatedEngine; readonly socketPath: string }> {
  const { engine, socketPath } = await serveEngine(options.engine);
  fill(engine);
  const watched = watch({ url: `unix://${socketPath}` }, options);
  await watched.up();
  return { ...watched, engine, socketPath };
}

export const namesOf = ({ containers }: HostSnapshot) => containers.map(({ identity }) => identity.name);

export const sampled = ({ containers }: HostSnapshot) =>
  containers.filter(({ sample }) => sample !== undefined).map(({ identity }) => identity.name);

export const messages = (log: readonly LogLine[]) => log.map(({ msg }) => msg);
