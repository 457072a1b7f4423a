import type { EngineContainer } from '../model/engine-container.ts';
import type { SampleFailure, SampleSource, StatsSample } from '../model/sample.ts';
import type { KernelSampler } from './cgroup/kernel-sampler.ts';
import type { Obstacle } from './cgroup/read-container.ts';
import type { Sampler } from './sampler.ts';
import { hasOwnNetwork } from './visible.ts';

/** Whom to ask for a container's counters: the kernel where its files tell, else the engine. */
export interface SampleSources {
  readonly kernel?: KernelSampler;
  /** Absent while the engine is down, and where it is never to be asked. */
  readonly api?: Sampler;
}

export interface TakenSample {
  readonly sample: StatsSample;
  /** Also with a sample of the engine's, once it is known: it is a label, and a container is one for all its life. */
  readonly cgroupPath?: string;
}

export interface TakenSamples {
  readonly samples: ReadonlyMap<string, TakenSample>;
  readonly failures: ReadonlyMap<string, SampleFailure>;
  readonly counts: Readonly<Record<SampleSource, number>>;
  readonly obstacle?: Obstacle;
}

/** A sample of each container that runs, as far as they can be had until the signal aborts, which is after `timeMs`. */
export async function takeSamples(
  running: readonly EngineContainer[],
  { kernel, api }: SampleSources,
  signal: AbortSignal,
  timeMs: number,
): Promise<TakenSamples> {
  const local = running.map(({ id, pid, description }) => ({ id, pid, hasNetwork: hasOwnNetwork(description) }));
  const { samples: ofKernel = new Map<string, TakenSample>(), ...read } = (await kernel?.sample(local)) ?? {};
  const others = running.flatMap(({ id }) => (ofKernel.has(id) ? [] : [id]));
  const { samples: ofApi, failures } =
    api === undefined ? { samples: [], failures: refuse(others) } : await api.sample(others, signal, timeMs);
  const samples = new Map<string, TakenSample>(ofKernel);
  for (const [id, sample] of ofApi) {
    const cgroupPath = kernel?.cgroupPathOf(id);
    samples.set(id, { sample, ...(cgroupPath !== undefined && { cgroupPath }) });
  }
  return { samples, failures, counts: { api: samples.size - ofKernel.size, kernel: ofKernel.size }, ...read };
}

function refuse(ids: readonly string[]): ReadonlyMap<string, SampleFailure> {
  return new Map(ids.map((id) => [id, 'refused']));
}
