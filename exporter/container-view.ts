import { createContainerFilter, createPattern } from './config/patterns.ts';
import type { Config } from './config/schema.ts';
import { createIdentify, type IdentityRules, type NamedContainer } from './docker/identify.ts';
import type { ContainerView } from './docker/visible.ts';

type ContainerConfig = Pick<Config, 'containers' | 'overrides'>;

const TRUE = new Set(['true', '1', 'yes', 'on']);
const ALWAYS_ON = new Set(['always', 'unless-stopped']);

/** What the configuration makes of a host's containers: which are shown, and what is said of them. */
export function createContainerView(host: string, { containers, overrides }: ContainerConfig): ContainerView {
  const identify = createIdentify({
    host,
    allowedLabels: containers.labels,
    isIncluded: createContainerFilter(containers),
    ...judgements({ containers, overrides }),
  });
  return { identify, minAgeSeconds: containers.min_age / 1000 };
}

/** An override wins over a label, the last override over those before it. */
function judgements({ containers, overrides }: ContainerConfig): Pick<IdentityRules, 'isExpected' | 'tags'> {
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
      rules.find((rule) => rule.expected !== undefined && rule.matches(container))?.expected ??
      isExpectedByItself(container),
    tags: (container) =>
      rules.find((rule) => rule.tags !== undefined && rule.matches(container))?.tags ??
      splitTags(labelOf(container, 'harborlight.tags')),
  };
}

function splitTags(text = ''): readonly string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
