interface Labelled {
  /** As the engine knows it. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SwarmTask {
  /** service.slot; service.node for global services. */
  readonly name: string;
  readonly id: string;
}

/**
 * The Swarm task that this is the container of. Anybody can set its labels, but Swarm names the container after the
 * task: with any other name, it would take the name of another container.
 */
export function swarmTask({ name, labels }: Labelled): SwarmTask | undefined {
  const id = labels['com.docker.swarm.task.id'];
  if (id === undefined || labels['com.docker.swarm.task.name'] !== name || !name.endsWith(`.${id}`)) return undefined;
  return { name: name.slice(0, -id.length - 1), id };
}

/** Compose's, or a Swarm stack's and its service without the stack's name. */
export function projectNames(container: Labelled): { readonly project?: string; readonly service?: string } {
  const { labels } = container;
  const swarm = swarmTask(container) && swarmNames(labels);
  const project = labels['com.docker.compose.project'] ?? swarm?.stack;
  const service = labels['com.docker.compose.service'] ?? swarm?.service;
  return { ...(project !== undefined && { project }), ...(service !== undefined && { service }) };
}

/** That names, projects, services and tasks are made of. */
export const NAMING_LABELS: readonly string[] = [
  'com.docker.compose.project',
  'com.docker.compose.service',
  'com.docker.stack.namespace',
  'com.docker.swarm.service.name',
  'com.docker.swarm.task.id',
  'com.docker.swarm.task.name',
];

/** Of two sets of labels, the first of which wins, those that these names are made of: there may be hundreds of others. */
export function namingLabels(first: Labelled['labels'], second: Labelled['labels']): Labelled['labels'] {
  const found: Record<string, string> = {};
  for (const label of NAMING_LABELS) {
    const value = first[label] ?? second[label];
    if (value !== undefined) found[label] = value;
  }
  return found;
}

function swarmNames(labels: Labelled['labels']) {
  const stack = labels['com.docker.stack.namespace'];
  const service = labels['com.docker.swarm.service.name'];
  const isPrefixed = stack !== undefined && service?.startsWith(`${stack}_`);
  return { stack, service: isPrefixed ? service?.slice(stack.length + 1) : service };
}
