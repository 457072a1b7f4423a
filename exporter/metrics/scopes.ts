import type { ContainerSnapshot } from '../model/container.ts';
import type { ContainerLifecycle, Expectation } from '../model/lifecycle.ts';
import type { ProbeSnapshot } from '../model/probe.ts';
import type { HostSnapshot } from '../model/world.ts';
import type { Scope } from './family.ts';

/** One subject an engine, up or down. */
export const hostScope: Scope<HostSnapshot> = {
  name: 'host',
  labels: ['host'],
  subjects: (world) => world.hosts.map((host) => [host.seriesLabels, host] as const),
};

/** One subject a container that is known now. */
export const containerScope: Scope<ContainerSnapshot> = {
  name: 'container',
  labels: ['host', 'name', 'compose_project', 'compose_service'],
  subjects: (world) => world.hosts.flatMap((host) => host.containers.map((c) => [c.identity.seriesLabels, c] as const)),
};

/** One subject a name that containers have or had. */
export const lifecycleScope: Scope<ContainerLifecycle> = {
  name: 'lifecycle',
  labels: containerScope.labels,
  subjects: (world) =>
    world.hosts.flatMap((host) => (host.lifecycle?.containers ?? []).map((c) => [c.seriesLabels, c] as const)),
};

/** One subject a container that is expected, there or not. */
export const expectationScope: Scope<Expectation> = {
  name: 'expectation',
  labels: containerScope.labels,
  subjects: (world) =>
    world.hosts.flatMap((host) => (host.expectations ?? []).map((e) => [e.seriesLabels, e] as const)),
};

/** One subject a probe; the labels of a container are on those that its own labels started. */
export const probeScope: Scope<ProbeSnapshot> = {
  name: 'probe',
  labels: ['probe', 'kind', 'target', ...containerScope.labels],
  subjects: (world) => (world.probes ?? []).map((probe) => [probe.seriesLabels, probe] as const),
};
