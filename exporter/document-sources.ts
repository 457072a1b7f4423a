import type { EventKnowledge } from './docker/telling.ts';
import { encodeAlert } from './documents/encode/alert.ts';
import { encodeEvent, isDocumented } from './documents/encode/event.ts';
import { encodeGap } from './documents/encode/gap.ts';
import { encodeHealth } from './documents/encode/health.ts';
import { encodeProbe, isDocumentedOutcome } from './documents/encode/probe.ts';
import type { Alert } from './model/alert.ts';
import type { NewDocument } from './model/document.ts';
import type { DockerEvent } from './model/event.ts';
import type { Gap } from './model/gap.ts';
import type { HealthTransition } from './model/health-transition.ts';
import type { ProbeOutcome } from './model/probe.ts';
import type { Settings } from './settings.ts';

/** Whoever tells of something; what is configured to be a document becomes one. */
export interface DocumentSources {
  readonly ofHost: (host: string) => HostSources;
  readonly onOutcome: (outcome: ProbeOutcome) => void;
  /** Resolves when they are safe. */
  readonly keepAlerts: (alerts: readonly Alert[]) => Promise<void>;
}

export interface HostSources {
  readonly onEvent: (event: DockerEvent, known: EventKnowledge) => void;
  readonly onHealth: (transition: HealthTransition) => void;
  readonly onGap: (gap: Gap) => void;
}

export interface DocumentSourcesOptions {
  readonly settings: Pick<Settings, 'config'>;
  readonly add: (encode: () => NewDocument) => void;
  readonly append: (documents: readonly NewDocument[]) => Promise<void>;
}

export function createDocumentSources({ settings, add, append }: DocumentSourcesOptions): DocumentSources {
  // For each event, of which ten thousand may come in a minute: no object is made of it.
  const wanted = () => settings.config().documents;
  return {
    ofHost: (host) => ({
      onEvent: (event, known) => {
        const { events, exec_events: execEvents, namespace } = wanted();
        if (events && isDocumented(event, { execEvents })) add(() => encodeEvent(event, { host, namespace, ...known }));
      },
      onHealth: (transition) => {
        const { health, namespace } = wanted();
        if (health) add(() => encodeHealth(transition, { host, namespace }));
      },
      onGap: (gap) => {
        const { events, namespace } = wanted();
        if (events) add(() => encodeGap(gap, { host, namespace }));
      },
    }),
    onOutcome: (outcome) => {
      const { probes, namespace } = wanted();
      const exporter = settings.config().name;
      if (probes && isDocumentedOutcome(outcome)) add(() => encodeProbe(outcome, { namespace, exporter }));
    },
    keepAlerts: (alerts) => {
      const { namespace } = wanted();
      return append(alerts.map((alert) => encodeAlert(alert, { namespace })));
    },
  };
}
