import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { cadvisorCollectors } from './collectors/cadvisor/index.ts';
import { isGuarded } from './config/listen.ts';
import { verifyPassword } from './config/password.ts';
import type { Config, HostConfig } from './config/schema.ts';
import { createDelivery } from './delivery.ts';
import { createHost, type Host } from './docker/host.ts';
import { createMemoryFile } from './docker/memory-file.ts';
import { createDocumentSources, type DocumentSources, type HostSources } from './document-sources.ts';
import { createFindContainers } from './find-containers.ts';
import { addressOf, describeHost, httpSurface, webhookCredentialsOf } from './from-config.ts';
import { createCredentialCheck } from './http/auth/webhook-credentials.ts';
import type { AlertsWebhookOptions } from './http/routes/alerts-webhook.ts';
import { createHttpServer, type HttpServer, type Listening } from './http/server.ts';
import { createLabelled } from './labelled.ts';
import { createSelfMetrics, type SelfMetrics } from './metrics/self.ts';
import { createOwnLog } from './own-log.ts';
import { createScrape } from './scrape.ts';
import { createServices, type Services } from './services.ts';
import { createSettings, type Settings } from './settings.ts';
import type { Log } from './telemetry/logger.ts';
import type { Tracing } from './telemetry/otel.ts';
import type { Trace } from './util/trace.ts';
import { waitAtMost } from './util/wait-at-most.ts';
import { createWatchedHosts, type WatchedHost, type WatchedHosts } from './watched-hosts.ts';

/** The whole product, built from its parts. Read this first. */
export interface App {
  /** Listens, and begins to watch; waits for no engine. Rejects when it cannot listen. */
  readonly start: () => Promise<Listening>;
  /** Takes over another configuration, or rejects and changes nothing; what did not change goes on undisturbed. */
  readonly reload: (config: Config) => Promise<void>;
  /** Says that a configuration could not be taken over. */
  readonly refuseReload: () => void;
  readonly hosts: () => readonly WatchedHost[];
  readonly stop: () => Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  readonly version: string;
  readonly log: Pick<Log, 'logger' | 'alsoTo'>;
  readonly tracing: Pick<Tracing, 'trace' | 'exemplar'>;
  /** For documents, where a sink wants them there. */
  readonly stdout: Writable;
}

export function createApp(options: AppOptions): App {
  const { config, version, log, tracing, stdout } = options;
  const { logger } = log;
  const settings = createSettings(config);
  const self = createSelfMetrics({ version, exemplar: tracing.exemplar });
  const delivery = createDelivery({ config, logger, metrics: self.documents, stdout, trace: tracing.trace });
  const onDropped = (lines: number) => self.documents.dropped('log', lines);
  const ownLog = createOwnLog({ alsoTo: log.alsoTo, append: delivery.append, onDropped });
  const sources = createDocumentSources({ settings, ...delivery });
  const watched = createWatchedHosts((host) => {
    const { matchedLabels } = settings;
    const ours = { self, logger, paths: config.paths, trace: tracing.trace, matchedLabels };
    return openHost(host, { ...ours, ...sources.ofHost(host.name) });
  }, self.forgetHost);
  const services = createServices({
    config,
    logger,
    labelled: createLabelled({ watched, settings, self, logger }),
    findContainers: createFindContainers({ hosts: watched.list, viewOf: settings.viewOf }),
    onOutcome: sources.onOutcome,
  });
  const server = openServer(options, { settings, self, watched, services, sources });
  const configRead = (ok: boolean) => self.configRead({ ok, atSeconds: Date.now() / 1000 });

  return {
    start: async () => {
      // First of all: another process may have the folder.
      await delivery.start();
      await ownLog.replace(config);
      const listening = await server.start();
      await watched.replace(config.hosts, () => configRead(true));
      services.replace(config);
      return listening;
    },
    reload: async (next) => {
      // The socket stays where it is, so what is loaded has to guard that address, not the one it names.
      if (!isGuarded({ ...next.listen, address: config.listen.address })) {
        throw new Error(`without a login or listen.allow_anonymous, and still listening on ${config.listen.address}`);
      }
      await watched.replace(next.hosts, () => {
        // First what may throw: a key pair that TLS does not take.
        server.update(httpSurface(next));
        settings.replace(next);
        services.replace(next);
        configRead(true);
      });
      await delivery.replace(next);
      await ownLog.replace(next);
    },
    refuseReload: () => configRead(false),
    hosts: watched.list,
    stop: async () => {
      // The log's lines take up to a second, as answers do that nobody reads.
      await Promise.all([server.stop(), services.stop(), watched.stop(), ownLog.stop()]);
      // A disk that hangs must not hold up the end.
      await waitAtMost(DELIVERY_STOP_MS, delivery.stop());
    },
  };
}

const DELIVERY_STOP_MS = 800;

/** What answers requests are made from. */
interface Parts {
  readonly settings: Settings;
  readonly self: SelfMetrics;
  readonly watched: WatchedHosts;
  readonly services: Services;
  readonly sources: DocumentSources;
}

function openServer({ config, version, log: { logger }, tracing }: AppOptions, parts: Parts): HttpServer {
  const { settings, self, watched, services, sources } = parts;
  const collectors = { native: settings.collectors, cadvisor: () => cadvisorCollectors };
  const scrape = createScrape({
    hosts: watched.list,
    probes: services.snapshots,
    viewOf: settings.viewOf,
    collectors: (rendering) => collectors[rendering](),
    seriesLimit: () => settings.config().containers.series_limit,
    self,
    logger,
    trace: tracing.trace,
  });
  return createHttpServer({
    ...httpSurface(config),
    version,
    logger,
    verifyPassword,
    scrape,
    hosts: () => watched.list().map(describeHost),
    collectorNames: (rendering) => collectors[rendering]().map(({ name }) => name),
    ...services.http,
    alertsWebhook: alertsWebhookOf(settings, sources, logger),
    isReady: () => watched.list().every(({ host }) => host.status().phase !== 'starting'),
    observeRequest: self.requestAnswered,
  });
}

function alertsWebhookOf(settings: Settings, { keepAlerts }: DocumentSources, logger: Logger): AlertsWebhookOptions {
  const credentials = () => settings.config().alerts.webhook;
  const check = createCredentialCheck({
    credentials: () => webhookCredentialsOf(credentials()),
    nowMs: () => performance.now(),
    onThrottled: (address) => logger.warn({ 'client.address': address }, 'too many wrong passwords, throttled'),
  });
  return {
    isClosed: () => !settings.config().documents.alerts,
    authorize: (attempt) => (credentials() === undefined ? undefined : check(attempt)),
    append: keepAlerts,
    onRefused: (count) => logger.warn(`a notification has what is no alert, left out: ${count}`),
  };
}

interface HostSurroundings extends HostSources {
  readonly self: SelfMetrics;
  readonly logger: Logger;
  readonly paths: Config['paths'];
  readonly trace: Trace;
  readonly matchedLabels: Settings['matchedLabels'];
}

function openHost(config: HostConfig, { self, logger, paths, ...rest }: HostSurroundings): Host {
  const { name, source, timeout } = config;
  const metrics = self.host(name);
  return createHost({
    name,
    address: addressOf(config),
    timeoutMs: timeout,
    samples: { source, procRoot: paths.proc, cgroupRoot: paths.cgroup },
    memoryFile: createMemoryFile(join(paths.data, 'hosts'), name),
    logger,
    onCall: ({ endpoint, seconds, failure }) => {
      metrics.callEnded({ endpoint, seconds });
      if (failure !== undefined) metrics.callFailed({ endpoint, reason: failure });
    },
    onSampleFailure: metrics.sampleFailed,
    ...rest,
  });
}
