import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { type App, createApp } from '../app.ts';
import { formatFault } from '../config/faults.ts';
import type { LoadResult } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { createLogger, type Log } from '../telemetry/logger.ts';
import { createTracing } from '../telemetry/otel.ts';
import { announceHosts, announceListening } from './announce.ts';
import type { CliContext, ExitCode } from './command.ts';
import { createLoader, printFaults } from './config-options.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** What `demo` decides itself, whatever is configured. */
export type Decided = Pick<Config, 'hosts' | 'paths'>;

/**
 * Runs the product with the configuration that the options name until the context's signal aborts. 2 when the
 * configuration is no good, 1 when it cannot listen.
 */
export async function runExporter(context: CliContext, options: unknown, decided?: Decided): Promise<ExitCode> {
  const loadConfigured = createLoader(context, options);
  const load = async (): Promise<LoadResult> => {
    const loaded = await loadConfigured();
    return loaded.ok ? { ...loaded, config: { ...loaded.config, ...decided } } : loaded;
  };
  // A FIFO or a remote file system may let us wait for ever.
  const loaded = await Promise.race([load(), aborted(context.signal)]);
  if (loaded === undefined) return 0;
  if (!loaded.ok) {
    printFaults(context, loaded.faults);
    return 2;
  }
  const { config, warnings } = loaded;
  const tracing = createTracing({ env: context.env, version: context.version, name: config.name });
  const log = createLogger({
    ...config.log,
    name: config.name,
    destination: context.stdout,
    traceIds: tracing.logFields,
  });
  for (const warning of warnings) log.logger.warn({ warning }, 'configuration');
  const app = createApp({
    config,
    version: context.version,
    log,
    tracing,
    stdout: context.stdout,
  });
  if (!(await isStarted(app, log.logger))) return 1;
  let current = config;
  const reload = async () => {
    const next = await load();
    if (!context.signal.aborted) current = await takeOver(next, current, { app, log });
  };
  context.onReload(oneAtATime(reload));
  await aborted(context.signal);
  log.logger.info('stopping');
  await Promise.all([app.stop(), tracing.stop()]);
  return 0;
}

async function isStarted(app: App, logger: Logger): Promise<boolean> {
  try {
    announceListening(await app.start(), logger);
  } catch (err) {
    logger.error({ err }, 'not started');
    await app.stop();
    return false;
  }
  void announceHosts(app.hosts(), logger);
  return true;
}

interface Running {
  readonly app: App;
  readonly log: Log;
}

/** A configuration that is no good changes nothing. */
async function takeOver(loaded: LoadResult, current: Config, { app, log }: Running): Promise<Config> {
  if (!loaded.ok) {
    app.refuseReload();
    log.logger.error({ faults: loaded.faults.map(formatFault) }, 'configuration not reloaded');
    return current;
  }
  try {
    await app.reload(loaded.config);
  } catch (err) {
    app.refuseReload();
    log.logger.error({ err }, 'configuration not reloaded');
    return current;
  }
  log.setLevel(loaded.config.log.level);
  log.logger.info('configuration reloaded');
  for (const option of fixedOptions(current, loaded.config)) log.logger.warn({ option }, 'needs a restart');
  return loaded.config;
}

/** What is decided once, when the process starts. */
function fixedOptions(before: Config, after: Config): readonly string[] {
  const of = ({ name, listen: { address, port, tls }, paths, log: { format } }: Config) => ({
    name,
    'listen.address': address,
    'listen.port': port,
    'listen.tls': tls !== undefined,
    'paths.cgroup': paths.cgroup,
    'paths.data': paths.data,
    'paths.proc': paths.proc,
    'log.format': format,
  });
  const [old, next] = [Object.entries(of(before)), Object.values(of(after))];
  return old.filter(([, value], at) => !isDeepStrictEqual(value, next[at])).map(([option]) => option);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
