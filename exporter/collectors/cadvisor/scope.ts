import type { Scope } from '../../metrics/family.ts';
import type { ContainerIdentity, ContainerSnapshot } from '../../model/container.ts';
import type { Labels } from '../../model/labels.ts';
import type { ContainerLifecycle } from '../../model/lifecycle.ts';
import type { HostSnapshot } from '../../model/world.ts';

/** A container of which cAdvisor would tell, with what its host says of it. */
export interface CadvisorContainer extends ContainerSnapshot {
  readonly lifecycle: ContainerLifecycle | undefined;
  /** Unix seconds. */
  readonly readAtSeconds: number | undefined;
}

/** One subject a container that runs or is paused, under cAdvisor's labels and the host's, which keeps several hosts apart. */
export const cadvisorScope: Scope<CadvisorContainer> = {
  name: 'cadvisor',
  labels: ['host', 'id', 'image', 'name', 'container_label_*'],
  subjects: (world) => world.hosts.flatMap(subjectsOf),
};

function subjectsOf(host: HostSnapshot) {
  const { readAtSeconds } = host;
  const lifecycles = new Map(host.lifecycle?.containers.map((of) => [of.seriesLabels['name'], of] as const));
  return host.containers.filter(hasGroup).flatMap((container) => {
    const { name, seriesLabels } = container.identity;
    const labels = labelsOf(container, host);
    const subject = { ...container, lifecycle: lifecycles.get(name), readAtSeconds };
    return labels === undefined ? [] : [[labels, subject, seriesLabels] as const];
  });
}

/** cAdvisor finds containers by their cgroups, and boards count them by that: one that has ended has none. */
function hasGroup({ facts, sample }: ContainerSnapshot): boolean {
  return facts === undefined ? sample !== undefined : facts.state === 'running' || facts.state === 'paused';
}

/** Undefined where not even an image's id is known: boards take a series without an image for no container at all. */
function labelsOf({ identity, cgroupPath }: ContainerSnapshot, { host, engine }: HostSnapshot): Labels | undefined {
  const { image_id: imageId, image = imageId } = identity.infoLabels;
  if (image === undefined) return undefined;
  const id = cgroupPath ?? usualPath(identity.id, engine?.cgroupDriver);
  const found = known.get(identity);
  if (found?.['id'] === id) return found;
  const labels = { host, id, image, name: engineName(identity), ...containerLabels(identity.infoLabels) };
  known.set(identity, labels);
  return labels;
}

// Only a memory of what a pure function gave, for rendered text hangs on the object (R43): an entry goes with its identity.
const known = new WeakMap<ContainerIdentity, Labels>();

/** Where engines put a container unless they are told otherwise. */
function usualPath(id: string, cgroupDriver: string | undefined): string {
  return cgroupDriver === 'systemd' ? `/system.slice/docker-${id}.scope` : `/docker/${id}`;
}

/** A Swarm task's container is called after the task, id and all; the id label is new at each deploy anyway (R23). */
function engineName({ name, infoLabels: { task } }: ContainerIdentity): string {
  return task === undefined ? name : `${name}.${task}`;
}

const LABEL_PREFIX = 'label_';

function containerLabels(infoLabels: Labels): Labels {
  const allowed = Object.entries(infoLabels).filter(([name]) => name.startsWith(LABEL_PREFIX));
  return Object.fromEntries(allowed.map(([name, value]) => [`container_${name}`, value]));
}
