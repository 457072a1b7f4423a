import { readExpectedName } from './config/expected-names.ts';
import { createContainerFilter, createPattern, labelKeyOf } from './config/patterns.ts';
import type { Config } from './config/schema.ts';
import { isOneOff } from './docker/expectations.ts';
import { createIdentify, type IdentityRules, type NamedContainer } from './docker/identify.ts';
import type { ContainerView } from './docker/visible.ts';
import type { Labels } from './model/labels.ts';

type ContainerConfig = Pick<Config, 'containers' | 'hosts' | 'overrides'>;
type Judgements = Pick<IdentityRules, 'isExpected' | 'tags'>;

const TRUE = new Set(['true', '1', 'yes', 'on']);
const ALWAYS_ON = new Set(['always', 'unless-stopped']);

/** What the configuration makes of a host's containers: which are shown, and what is said of them. */
export function createContainerView(host: string, config: ContainerConfig): ContainerView {
  const { containers } = config;
  const identify = createIdentify({
    host,
    allowedLabels: containers.labels,
    isIncluded: createContainerFilter(containers),
    ...judgements(config),
  });
  return { identify, minAgeSeconds: containers.min_age / 1000, expected: expectedOn(host, config) };
}

/** The labels that the configuration's patterns look at: without them a container that is gone would be judged otherwise. */
export function matchedLabels({ containers, overrides }: Pick<Config, 'containers' | 'overrides'>): readonly string[] {
  const patterns = [...containers.include, ...containers.exclude, ...overrides.map(({ match }) => match)];
  return [...new Set(patterns.flatMap((pattern) => labelKeyOf(pattern) ?? []))];
}

/** An override wins over a label, the last override over those before it. */
function judgements({ containers, overrides }: ContainerConfig): Judgements {
  const rules = overrides.map(({ match, ...rule }) => ({ matches: createPattern(match), ...rule })).reverse();
  const labelOf = (container: NamedContainer, key: string) =>
    containers.trust_labels ? container.labels[key] : undefined;
  const isExpectedByItself = (container: NamedContainer): boolean => {
    switch (containers.expected.by) {
      case 'none':
        return false;
      case 'restart_policy':
        return ALWAYS_ON.has(container.restartPolicy ?? '');
      case 'label':
        return TRUE.has((labelOf(container, 'harborlight.expected') ?? '').toLowerCase());
    }
  };
  return {
    isExpected: (container) =>
      !isOneOff(container) &&
      (rules.find((rule) => rule.expected !== undefined && rule.matches(container))?.expected ??
        isExpectedByItself(container)),
    tags: (container) =>
      rules.find((rule) => rule.tags !== undefined && rule.matches(container))?.tags ??
      splitTags(labelOf(container, 'harborlight.tags')),
  };
}

/** Labels that hold whether or not there is such a container: its own would be others than those while it is missing. */
function expectedOn(host: string, { containers, hosts }: ContainerConfig): ContainerView['expected'] {
  const hostNames = hosts.map(({ name }) => name);
  const expected = new Map<string, Labels>();
  for (const text of containers.expected.names) {
    const found = readExpectedName(text, hostNames);
    if (found?.host === host) expected.set(found.place, expectedLabels(host, found.place));
  }
  return expected;
}

function expectedLabels(host: string, place: string): Labels {
  const [name = place, project] = place.split('/').reverse();
  return { host, name, ...(project !== undefined && { compose_project: project, compose_service: name }) };
}

function splitTags(text = ''): readonly string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
