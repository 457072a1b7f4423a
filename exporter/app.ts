import { join } from 'node:path';
import type { Logger } from 'pino';
import { cadvisorCollectors } from './collectors/cadvisor/index.ts';
import { isGuarded } from './config/listen.ts';
import { verifyPassword } from './config/password.ts';
import type { Config, HostConfig } from './config/schema.ts';
import { createHost, type Host } from './docker/host.ts';
import { createMemoryFile } from './docker/memory-file.ts';
import { createEventsFile, type EventsFile } from './documents/events-file.ts';
import { createFindContainers } from './find-containers.ts';
import { addressOf, describeHost, httpSurface } from './from-config.ts';
import { createHttpServer, type HttpServer, type Listening } from './http/server.ts';
import { createLabelled } from './labelled.ts';
import { createSelfMetrics, type SelfMetrics } from './metrics/self.ts';
import type { DockerEvent } from './model/event.ts';
import { createScrape } from './scrape.ts';
import { createServices, type Services } from './services.ts';
import { createSettings, type Settings } from './settings.ts';
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
  readonly logger: Logger;
}

export function createApp({ config, version, logger }: AppOptions): App {
  const settings = createSettings(config);
  const self = createSelfMetrics({ version });
  const documents = openDocuments(config, logger);
  const onEvent = (event: DockerEvent, host: string) => {
    if (settings.config().documents.events) documents.append(event, host);
  };
  const watched = createWatchedHosts(
    (host) => openHost(host, { self, logger, onEvent, paths: config.paths }),
    self.forgetHost,
  );
  const services = createServices({
    config,
    logger,
    labelled: createLabelled({ watched, settings, self, logger }),
    findContainers: createFindContainers({ hosts: watched.list, viewOf: settings.viewOf }),
  });
  const server = openServer({ config, version, logger }, { settings, self, watched, services });
  const configRead = (ok: boolean) => self.configRead({ ok, atSeconds: Date.now() / 1000 });

  return {
    start: async () => {
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
    },
    refuseReload: () => configRead(false),
    hosts: watched.list,
    stop: async () => {
      await Promise.all([server.stop(), services.stop(), watched.stop()]);
      await documents.close();
    },
  };
}

/** What answers requests are made from. */
interface Parts {
  readonly settings: Settings;
  readonly self: SelfMetrics;
  readonly watched: WatchedHosts;
  readonly services: Services;
}

function openServer({ config, version, logger }: AppOptions, { settings, self, watched, services }: Parts): HttpServer {
  const collectors = { native: settings.collectors, cadvisor: () => cadvisorCollectors };
  const scrape = createScrape({
    hosts: watched.list,
    probes: services.snapshots,
    viewOf: settings.viewOf,
    collectors: (rendering) => collectors[rendering](),
    seriesLimit: () => settings.config().containers.series_limit,
    self,
    logger,
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
    isReady: () => watched.list().every(({ host }) => host.status().phase !== 'starting'),
    observeRequest: self.requestAnswered,
  });
}

function openDocuments({ paths }: Config, logger: Logger): EventsFile {
  return createEventsFile({
    directory: join(paths.data, 'documents'),
    nowMs: Date.now,
    onFailing: (err) => logger.error({ err }, 'documents are lost'),
    onWorking: (lost) => logger.info({ lost }, 'documents are written again'),
  });
}

interface HostSurroundings {
  readonly self: SelfMetrics;
  readonly logger: Logger;
  readonly onEvent: (event: DockerEvent, host: string) => void;
  readonly paths: Config['paths'];
}

function openHost(config: HostConfig, { self, logger, onEvent, paths }: HostSurroundings): Host {
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
    onEvent: (event) => onEvent(event, name),
  });
}
