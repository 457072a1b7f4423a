import type { Collector } from '../../../exporter/metrics/family.ts';
import type { ExpositionFormat } from '../../../exporter/metrics/format.ts';
import type { ContainerLifecycle, ExitCounts, HostLifecycle } from '../../../exporter/model/lifecycle.ts';
import type { HostSnapshot } from '../../../exporter/model/world.ts';
import { render } from '../metrics/families.ts';

/** The samples that a collector makes of one host, as text. */
export function samplesOf(
  collector: Collector,
  host: Partial<HostSnapshot>,
  format: ExpositionFormat = 'text',
): readonly string[] {
  const seriesLabels = { host: 'a' };
  const empty = { host: 'a', seriesLabels, outcome: { ok: true }, containers: [], events: { up: true } } as const;
  const { text } = render({ world: { hosts: [{ ...empty, ...host }] }, collectors: [collector], format });
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

export const NO_EXITS: ExitCounts = { requested: 0, success: 0, error: 0, signal: 0, oom: 0, unknown: 0 };

/** Of a host that has one name; nothing happened to it. */
export function lifecycleOf(container: Partial<ContainerLifecycle>): HostLifecycle {
  const quiet = {
    seriesLabels: { host: 'a', name: 'web' },
    sinceSeconds: 20,
    exits: NO_EXITS,
    restarts: 0,
    oomEvents: 0,
  };
  return { sinceSeconds: 10, exits: NO_EXITS, containers: [{ ...quiet, ...container }] };
}
