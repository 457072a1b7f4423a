import type { ContainerIdentity } from '../model/container.ts';
import type { ContainerDescription, EngineContainer } from '../model/engine-container.ts';
import type { Labels } from '../model/labels.ts';
import { infoLabelName } from '../util/label-name.ts';
import { projectNames, swarmTask } from '../util/project-names.ts';

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
export type Identify = (container: Pick<EngineContainer, 'id' | 'description'>) => ContainerIdentity | undefined;

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
  const task = swarmTask(container);
  // The task's id is new at each deploy (R23).
  const name = cut(task?.name ?? container.name);
  const { project, service } = projectNames(container);
  return {
    id,
    name,
    seriesLabels: { host: rules.host, name, ...withValues({ compose_project: project, compose_service: service }) },
    infoLabels: Object.freeze(withValues({ ...infoLabels(id, container, rules), task: task?.id })),
    isExpected: rules.isExpected(container),
  };
}

function infoLabels(id: string, container: NamedContainer, rules: IdentityRules) {
  const { labels } = container;
  // Any object has a "constructor", whatever its labels.
  const present = rules.allowedLabels.filter((key) => Object.hasOwn(labels, key));
  return {
    id: id.slice(0, 12),
    image: container.image,
    image_id: container.imageId,
    restart_policy: container.restartPolicy,
    network_mode: container.networkMode?.startsWith('container:') ? 'container' : container.networkMode,
    healthcheck: String(container.hasHealthcheck),
    expected: String(rules.isExpected(container)),
    tags: [...rules.tags(container)].sort().join(','),
    ...Object.fromEntries(present.map((key) => [infoLabelName(key), labels[key]])),
  };
}

function withValues(labels: Readonly<Record<string, string | undefined>>): Labels {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) if (value) present[name] = cut(value);
  return present;
}

/** Whoever starts a container chooses its labels: a megabyte of them would come again with each series and scrape. */
const MAX_CHARACTERS = 1024;

function cut(text: string): string {
  // Never between the two halves of a code point.
  return text.length <= MAX_CHARACTERS ? text : text.slice(0, MAX_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '');
}
