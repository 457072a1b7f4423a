import type { ContainerIdentity } from '../model/container.ts';
import type { ContainerDescription, EngineContainer } from '../model/engine-container.ts';
import type { Labels } from '../model/labels.ts';
import { infoLabelName } from '../util/label-name.ts';

/** What the configuration makes of the containers of one host. */
export interface IdentityRules {
  readonly host: string;
  /** Container labels that may leave the process, as label_* of the info series. */
  readonly allowedLabels: readonly string[];
  readonly isIncluded: (container: NamedContainer) => boolean;
  readonly isExpected: (container: NamedContainer) => boolean;
  readonly tags: (container: NamedContainer) => readonly string[];
}

export type NamedContainer = ContainerDescription & { readonly name: string };

/** The identity of a container under these rules; undefined when it is left out or has no name. */
export type Identify = (container: EngineContainer) => ContainerIdentity | undefined;

export function createIdentify(rules: IdentityRules): Identify {
  // An identity is the same object as long as the description is: rendered text hangs on it (R43).
  const known = new WeakMap<ContainerDescription, { readonly identity?: ContainerIdentity }>();
  return ({ id, description }) => {
    const found = known.get(description);
    if (found !== undefined) return found.identity;
    const identity = identify(id, description, rules);
    known.set(description, identity === undefined ? {} : { identity });
    return identity;
  };
}

function identify(id: string, description: ContainerDescription, rules: IdentityRules): ContainerIdentity | undefined {
  if (description.name === undefined) return undefined;
  const container = { ...description, name: description.name };
  if (!rules.isIncluded(container)) return undefined;
  const name = taskName(container) ?? container.name;
  return {
    id,
    name,
    seriesLabels: { host: rules.host, name, ...composeLabels(container.labels) },
    infoLabels: infoLabels(id, container, rules),
  };
}

/** Of a Swarm task: service.slot (service.node for global services); the rest is the task's id, new at each deploy (R23). */
function taskName({ labels }: NamedContainer): string | undefined {
  const task = labels['com.docker.swarm.task.name'];
  const taskId = labels['com.docker.swarm.task.id'];
  if (task === undefined || taskId === undefined || !task.endsWith(`.${taskId}`)) return undefined;
  return task.slice(0, -taskId.length - 1);
}

/** The names of a compose project and service, or of a Swarm stack and its service. */
function composeLabels(labels: Labels): Labels {
  const stack = labels['com.docker.stack.namespace'];
  const service = labels['com.docker.swarm.service.name'];
  const stackService =
    stack !== undefined && service?.startsWith(`${stack}_`) ? service.slice(stack.length + 1) : service;
  return withValues({
    compose_project: labels['com.docker.compose.project'] ?? stack,
    compose_service: labels['com.docker.compose.service'] ?? stackService,
  });
}

function infoLabels(id: string, container: NamedContainer, rules: IdentityRules): Labels {
  const allowed = rules.allowedLabels.map((key) => [infoLabelName(key), container.labels[key]] as const);
  return withValues({
    id: id.slice(0, 12),
    image: container.image,
    image_id: container.imageId,
    restart_policy: container.restartPolicy,
    network_mode: container.networkMode?.startsWith('container:') ? 'container' : container.networkMode,
    healthcheck: String(container.hasHealthcheck),
    expected: String(rules.isExpected(container)),
    tags: [...rules.tags(container)].sort().join(','),
    task: container.labels['com.docker.swarm.task.id'],
    ...Object.fromEntries(allowed),
  });
}

function withValues(labels: Readonly<Record<string, string | undefined>>): Labels {
  // What is left has a value.
  return Object.fromEntries(
    Object.entries(labels).filter(([, value]) => value !== undefined && value !== ''),
  ) as Labels;
}
