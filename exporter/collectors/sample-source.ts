import { bind, type Collector } from '../metrics/family.ts';
import { hostScope } from '../metrics/scopes.ts';
import { SAMPLE_SOURCES } from '../model/sample.ts';

/** Whether a host's counters are cheap and complete, or the engine's. */
export const sampleSource: Collector = {
  name: 'sample_source',
  families: bind(hostScope, [
    {
      name: 'harborlight_sample_source',
      type: 'gauge',
      help: "Containers whose sample came from the engine's API, and those whose sample came from the kernel's files.",
      labels: ['source'],
      read: ({ sampleSources: counts }) =>
        counts && SAMPLE_SOURCES.map((source) => [{ source }, counts[source]] as const),
    },
  ]),
};
