import type { Collector } from '../../exporter/metrics/family.ts';
import type { ContainerSnapshot } from '../../exporter/model/container.ts';
import type { World } from '../../exporter/model/world.ts';
import { render } from '../unit/metrics/families.ts';
import { parseExposition } from './exposition-parser.ts';
import { bareLifecycle, plainWorld } from './sample-world.ts';

/** What one more plain container adds to a text. */
export function costOfContainer(collectors: readonly Collector[]) {
  return costBetween(plainWorld(1), plainWorld(2), collectors);
}

/** What this one adds to a text, beside a plain one. */
export function costOf(container: ContainerSnapshot, collectors: readonly Collector[]) {
  const hosts = plainWorld(1).hosts.map((host) => ({
    ...host,
    containers: [...host.containers, container],
    ...(host.lifecycle && {
      lifecycle: { ...host.lifecycle, containers: [...host.lifecycle.containers, bareLifecycle(container)] },
    }),
  }));
  return costBetween(plainWorld(1), { hosts }, collectors);
}

function costBetween(before: World, after: World, collectors: readonly Collector[]) {
  const [one = '', two = ''] = [before, after].map((world) => render({ world, collectors }).text);
  const series = (text: string) => parseExposition(text, 'text').flatMap(({ samples }) => samples).length;
  return { series: series(two) - series(one), characters: two.length - one.length };
}
