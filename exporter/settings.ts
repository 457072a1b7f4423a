import { collectors } from './collectors/index.ts';
import type { Config } from './config/schema.ts';
import { createContainerView, matchedLabels } from './container-view.ts';
import type { ContainerView } from './docker/visible.ts';
import type { Collector } from './metrics/family.ts';

/** The configuration in force, and what hangs on it; replaced as a whole at a reload. */
export interface Settings {
  readonly config: () => Config;
  readonly viewOf: (host: string) => ContainerView;
  /** Keys of the container labels that patterns look at; the same list until the configuration is replaced. */
  readonly matchedLabels: () => readonly string[];
  /** Those that are switched on. */
  readonly collectors: () => readonly Collector[];
  readonly replace: (config: Config) => void;
}

export function createSettings(firstConfig: Config): Settings {
  let config = firstConfig;
  let views = new Map<string, ContainerView>();
  let labels = matchedLabels(config);
  return {
    config: () => config,
    viewOf: (host) => {
      const view = views.get(host) ?? createContainerView(host, config);
      views.set(host, view);
      return view;
    },
    matchedLabels: () => labels,
    collectors: () => collectors.filter(({ name }) => config.collectors[name] !== false),
    replace: (next) => {
      config = next;
      views = new Map();
      labels = matchedLabels(config);
    },
  };
}
