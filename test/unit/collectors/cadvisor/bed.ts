import { cadvisorScope } from '../../../../exporter/collectors/cadvisor/scope.ts';
import type { Collector } from '../../../../exporter/metrics/family.ts';
import { labelText } from '../../../../exporter/metrics/label-text.ts';
import type { ContainerIdentity, ContainerSnapshot } from '../../../../exporter/model/container.ts';
import type { HostSnapshot, World } from '../../../../exporter/model/world.ts';
import { sampleWorld } from '../../../contract/sample-world.ts';
import { render } from '../../metrics/families.ts';

export const ID = 'ab'.repeat(32);

/** Of a plain container. */
export const IDENTITY: ContainerIdentity = {
  id: ID,
  name: 'web',
  seriesLabels: { host: 'a', name: 'web' },
  infoLabels: { image: 'nginx:1.29', healthcheck: 'false' },
  isExpected: false,
};

/** A host with one container, which runs and tells nothing but this. */
export function worldOf(container: Partial<ContainerSnapshot>, host: Partial<HostSnapshot> = {}): World {
  const { identity = IDENTITY, ...rest } = container;
  const containers = [{ identity, facts: { state: 'running', limits: {} }, ...rest }] as const;
  const up = { seriesLabels: { host: 'a' }, outcome: { ok: true }, events: { up: true } } as const;
  return { hosts: [{ host: 'a', ...up, containers, ...host }] };
}

/** The samples of a collector, without the labels that tell the container. */
export function toldOf(collector: Collector, world: World = sampleWorld): readonly string[] {
  const own = cadvisorScope.subjects(world).map(([labels]) => labelText(labels).pairs);
  const { text } = render({ world, collectors: [collector] });
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) =>
    own.reduce((shorter, pairs) => shorter.replace(`{${pairs}} `, ' ').replace(`{${pairs},`, '{'), line),
  );
}
