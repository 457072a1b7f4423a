import type { Logger } from 'pino';
import type { ContainerView } from './docker/visible.ts';
import type { Rendering, ScrapeRequest, ScrapeResult } from './http/routes/metrics.ts';
import type { CollectorReport } from './metrics/collector-report.ts';
import { renderExposition } from './metrics/exposition.ts';
import type { Collector } from './metrics/family.ts';
import type { SelfMetrics } from './metrics/self.ts';
import { limitSeries } from './metrics/series-limit.ts';
import type { ProbeSnapshot } from './model/probe.ts';
import type { HostSnapshot, World } from './model/world.ts';
import { createSharedReads } from './shared-reads.ts';
import { inSlices } from './util/in-slices.ts';
import type { Trace } from './util/trace.ts';
import { untilAborted } from './util/until-aborted.ts';
import type { WatchedHost } from './watched-hosts.ts';

export interface ScrapeOptions {
  readonly hosts: () => readonly WatchedHost[];
  readonly probes: () => readonly ProbeSnapshot[];
  readonly viewOf: (host: string) => ContainerView;
  readonly collectors: (rendering: Rendering) => readonly Collector[];
  readonly seriesLimit: () => number;
  readonly self: SelfMetrics;
  readonly logger: Logger;
  readonly trace: Trace;
}

/** One scrape: all hosts side by side into one World, and its text. */
export function createScrape(options: ScrapeOptions): (request: ScrapeRequest) => Promise<ScrapeResult> {
  const reads = createSharedReads<HostSnapshot>(() => performance.now());
  const scrape = async (request: ScrapeRequest) => {
    const startMs = performance.now();
    const tellSeconds = options.self.scrapeBegun();
    const deadlineMs = request.timeoutSeconds * 1000;
    const { rendering, hosts: names, collectors: wanted } = request;
    const hosts = options.hosts().filter(({ host }) => names?.includes(host.name) ?? true);
    const collectors = options.collectors(rendering).filter(({ name }) => wanted?.includes(name) ?? true);
    const observed = hosts.map(({ host }) =>
      reads.read(host.name, deadlineMs, () => host.observe(options.viewOf(host.name), deadlineMs)),
    );
    // A caller that leaves ends only its own waiting.
    const seen = {
      hosts: await untilAborted(Promise.all(observed), request.signal),
      probes: options.probes().filter(({ seriesLabels }) => names?.includes(seriesLabels['host'] ?? '') ?? true),
    };
    const world = await limit(seen, collectors, options);
    // Series about ourselves would come again with each host of ?host= (R36), and with each rendering.
    const isWhole = rendering === 'native' && names === undefined && wanted === undefined;
    const self = isWhole ? await options.self.collect() : undefined;
    const exposition = {
      world,
      collectors,
      format: request.format,
      nowMs: () => performance.now(),
      ...(self && { self }),
    };
    const onEnd = () => tellSeconds((performance.now() - startMs) / 1000);
    return { chunks: report(renderExposition(exposition), onEnd, options) };
  };
  return (request) => options.trace('scrape', { rendering: request.rendering }, () => scrape(request));
}

async function limit(
  world: World,
  collectors: readonly Collector[],
  { seriesLimit, self }: ScrapeOptions,
): Promise<World> {
  const limited = await inSlices(limitSeries(world, collectors, seriesLimit()));
  for (const [host, count] of limited.droppedSeries) self.host(host).seriesDropped(count);
  return limited.world;
}

function* report(
  text: Generator<string, readonly CollectorReport[]>,
  onEnd: () => void,
  { logger }: ScrapeOptions,
): Generator<string> {
  const reports = yield* text;
  for (const { collector, error } of reports)
    if (error !== undefined) logger.error({ collector, err: error }, 'collector failed');
  onEnd();
}
