import { collectDefaultMetrics, type OpenMetricsContentType, Registry } from 'prom-client';
import type { Labels } from '../model/labels.ts';
import { SAMPLE_FAILURES, type SampleFailure } from '../model/sample.ts';
import { createDocumentMetrics, type DocumentMetrics } from './self-documents.ts';
import type { SelfFamily } from './self-family.ts';
import { counter, type Exemplar, gauge, histogram, type OwnRegistry } from './self-instrument.ts';
import { hostInstruments, processInstruments } from './self-instruments.ts';
import { countOpenFiles } from './self-open-files.ts';

export interface SelfMetrics {
  /** `atSeconds` is Unix time. */
  readonly configRead: (reading: { readonly ok: boolean; readonly atSeconds: number }) => void;
  /** Inside of the scrape's span, which ends before the text is written; returns what is told how long all of it took. */
  readonly scrapeBegun: () => (seconds: number) => void;
  /** `route` is the pattern of a route, never a path that somebody asked for. */
  readonly requestAnswered: (request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
  /** The same instruments at each call, until the host is forgotten. */
  readonly host: (host: string) => HostMetrics;
  readonly documents: DocumentMetrics;
  /** Takes the host's series away; what its last instruments are still told is shown nowhere. */
  readonly forgetHost: (host: string) => void;
  readonly collect: () => Promise<readonly SelfFamily[]>;
}

export interface LabelError {
  /** Of the container. */
  readonly name: string;
  /** The label's key. */
  readonly label: string;
}

export interface HostMetrics {
  readonly callEnded: (call: { readonly endpoint: string; readonly seconds: number }) => void;
  readonly callFailed: (call: { readonly endpoint: string; readonly reason: string }) => void;
  readonly sampleFailed: (reason: SampleFailure) => void;
  readonly seriesDropped: (count: number) => void;
  readonly labelFailed: (fault: LabelError) => void;
  /** Takes away what was told of a container's labels. */
  readonly forgetLabels: (name: string) => void;
}

export interface SelfMetricsOptions {
  readonly version: string;
  /** Labels that tie an observation of now to what is traced; absent, or undefined, where nothing is. */
  readonly exemplar?: Exemplar;
}

/** Our own instruments and those of the process and of Node.js, in registries of their own. */
export function createSelfMetrics({ version, exemplar = () => undefined }: SelfMetricsOptions): SelfMetrics {
  const registry = createProcessRegistry();
  const hosts = new Map<string, ReturnType<typeof createHostMetrics>>();
  gauge(registry, processInstruments.buildInfo).set({ version, node: process.version }, 1);
  const reloadSuccessful = gauge(registry, processInstruments.reloadSuccessful);
  const reloadTimestamp = gauge(registry, processInstruments.reloadTimestamp);
  const documents = createDocumentMetrics(registry, exemplar);
  const observeScrape = histogram(registry, processInstruments.scrapeDuration, exemplar);
  const observeRequest = histogram(registry, processInstruments.httpRequestDuration, exemplar);
  return {
    configRead: ({ ok, atSeconds }) => {
      reloadSuccessful.set(ok ? 1 : 0);
      if (ok) reloadTimestamp.set(atSeconds);
    },
    scrapeBegun: () => {
      const tiedTo = exemplar();
      return (seconds) => observeScrape({}, seconds, tiedTo);
    },
    requestAnswered: ({ seconds, ...labels }) => observeRequest(labels, seconds),
    host: (host) => {
      const known = hosts.get(host) ?? createHostMetrics(exemplar);
      hosts.set(host, known);
      return known.metrics;
    },
    documents: documents.metrics,
    forgetHost: (host) => void hosts.delete(host),
    collect: async () => {
      documents.look();
      const own = readRegistry(registry, {});
      const ofHosts = Array.from(hosts, ([host, known]) => readRegistry(known.registry, { host }));
      return merge((await Promise.all([own, ...ofHosts])).flat());
    },
  };
}

// Gauges named _total, which promtool refuses (R24).
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * Delays of the event loop that contain the time between two looks at it: an idle process has a mean of 0.1 s where it is looked
 * at each 100 ms. nodejs_eventloop_lag_seconds, of each scrape, is a lag.
 */
const WITH_INTERVAL = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map(
  (what) => `nodejs_eventloop_lag_${what}_seconds`,
);

/** Never, as good as: each look would wake the process. */
const EVENT_LOOP_LOOK_MS = 2 ** 31 - 1;

/** Of this kind because prom-client keeps exemplars in no other; what it would write is not used. */
function createRegistry(): OwnRegistry {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

function createProcessRegistry(): OwnRegistry {
  const registry = createRegistry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_LOOK_MS });
  for (const name of [...MISNAMED, ...WITH_INTERVAL]) registry.removeSingleMetric(name);
  countOpenFiles(registry);
  return registry;
}

/** A registry a host: forgetting the host is dropping it. */
function createHostMetrics(exemplar: Exemplar): {
  readonly registry: OwnRegistry;
  readonly metrics: HostMetrics;
} {
  const registry = createRegistry();
  const observeCall = histogram(registry, hostInstruments.requestDuration, exemplar);
  const requestErrors = counter(registry, hostInstruments.requestErrors);
  const samplesFailed = counter(registry, hostInstruments.samplesFailed);
  const seriesDropped = counter(registry, hostInstruments.seriesDropped);
  const labelErrors = counter(registry, hostInstruments.labelErrors);
  /** By the name of the container, the keys of labels. */
  const failedLabels = new Map<string, Set<string>>();
  // A counter that first shows at 1 hides its first increase (R12).
  for (const reason of SAMPLE_FAILURES) samplesFailed.inc({ reason }, 0);
  return {
    registry,
    metrics: {
      callEnded: ({ endpoint, seconds }) => observeCall({ endpoint }, seconds),
      callFailed: (call) => requestErrors.inc(call),
      sampleFailed: (reason) => samplesFailed.inc({ reason }),
      seriesDropped: (count) => seriesDropped.inc(count),
      labelFailed: ({ name, label }) => {
        failedLabels.set(name, new Set(failedLabels.get(name)).add(label));
        labelErrors.inc({ name, label });
      },
      forgetLabels: (name) => {
        for (const label of failedLabels.get(name) ?? []) labelErrors.remove({ name, label });
        failedLabels.delete(name);
      },
    },
  };
}

type PromMetric = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];
/** A part of a histogram has a name of its own, which the declaration leaves out. */
type PromValue = PromMetric['values'][number] & {
  readonly metricName?: string;
  readonly exemplar?: {
    readonly labelSet: PromMetric['values'][number]['labels'];
    readonly value: number;
    readonly timestamp: number;
  } | null;
};

async function readRegistry(registry: OwnRegistry, common: Labels): Promise<readonly SelfFamily[]> {
  return (await registry.getMetricsAsJSON()).map((metric) => ({
    name: metric.name,
    type: familyType(metric),
    help: metric.help,
    samples: metric.values.map(({ metricName = metric.name, labels, value, exemplar }: PromValue) => ({
      name: metricName,
      labels: { ...common, ...labelTexts(labels) },
      value,
      ...(exemplar && {
        exemplar: { labels: labelTexts(exemplar.labelSet), value: exemplar.value, atSeconds: exemplar.timestamp },
      }),
    })),
  }));
}

function familyType({ name, type }: PromMetric): SelfFamily['type'] {
  if (name.endsWith('_info')) return 'info';
  // The declaration says a number; what comes is the word.
  const word: unknown = type;
  return word === 'counter' || word === 'histogram' ? word : 'gauge';
}

function labelTexts(labels: PromValue['labels']): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value = '']) => [name, labelValue(name, value)]));
}

/** A bucket's bound is written as OpenMetrics wants it in both formats, or they would be two series. */
function labelValue(name: string, value: string | number): string {
  return name === 'le' && Number.isInteger(value) ? `${value}.0` : String(value);
}

/** The families of several registries, those of one name as one. */
function merge(families: readonly SelfFamily[]): readonly SelfFamily[] {
  const byName = new Map<string, SelfFamily>();
  for (const family of families) {
    const samples = [...(byName.get(family.name)?.samples ?? []), ...family.samples];
    byName.set(family.name, { ...family, samples });
  }
  return [...byName.values()];
}
