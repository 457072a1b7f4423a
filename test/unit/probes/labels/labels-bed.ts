import type { KnownContainers } from '../../../../exporter/docker/known-containers.ts';
import type { EngineContainer } from '../../../../exporter/model/engine-container.ts';
import { probeKinds } from '../../../../exporter/probes/index.ts';
import {
  createLabelledProbes,
  type LabelledHost,
  type LabelledProbes,
} from '../../../../exporter/probes/labels/labelled-probes.ts';
import { containerOf, engineOf, probe } from './containers.ts';

export const defaults = { interval: 30_000, timeout: 5000, retries: 0, per_container: 3 };

export interface LabelsBed {
  readonly probes: LabelledProbes;
  /** `name label: reason` */
  readonly faults: string[];
  /** Names of containers. */
  readonly forgotten: string[];
  /** What one look at these containers gives. */
  readonly look: (...containers: readonly EngineContainer[]) => ReturnType<LabelledProbes['look']>;
}

/** Who looks at labels; on the engine's host, or in its container of that id. Without a clock a look has all the time. */
export function createLabelsBed(ownId?: string, nowMs = () => 0): LabelsBed {
  const faults: string[] = [];
  const forgotten: string[] = [];
  const probes = createLabelledProbes({
    kinds: probeKinds,
    own: { idAmong: ({ has }) => (ownId !== undefined && has(ownId) ? ownId : undefined) },
    lookup: () => Promise.resolve([]),
    nowMs,
    onFault: ({ name, label, reason }) => faults.push(`${name} ${label}: ${reason}`),
    onForget: ({ name }) => forgotten.push(name),
  });
  const look = (...containers: readonly EngineContainer[]) =>
    probes.look([hostOf(() => engineOf(containers))], defaults);
  return { probes, faults, forgotten, look };
}

export function hostOf(known: () => KnownContainers | undefined, url = 'unix:///run/docker.sock'): LabelledHost {
  return { name: 'edge-1', url, known, key: {} };
}

export const labelled = (labels: Readonly<Record<string, string>>) => containerOf({ labels: probe(labels) });
