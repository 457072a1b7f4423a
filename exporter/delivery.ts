import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Config } from './config/schema.ts';
import { createIntake, type IntakeOptions } from './documents/intake.ts';
import { SpoolLockedError } from './documents/spool/lock.ts';
import type { DocumentMetrics } from './metrics/self-documents.ts';
import type { NewDocument } from './model/document.ts';
import { type OpenDelivery, type OpenDeliveryOptions, openDelivery } from './open-delivery.ts';
import { pause } from './util/pause.ts';

/** Between two tries to open the spool. */
const RETRY_MS = 10_000;

/** From what happened to where somebody searches: the spool, and a pipeline a sink. */
export interface Delivery {
  /** Rejects when another process has the spool; when the disk does not let us, that is said, and nothing is delivered. */
  readonly start: () => Promise<void>;
  /** Returns at once; the document is made later. */
  readonly add: (encode: () => NewDocument) => void;
  /** Resolves when all of them are safe. */
  readonly append: (documents: readonly NewDocument[]) => Promise<void>;
  /** Other sinks; nothing is lost meanwhile. */
  readonly replace: (config: Config) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface DeliveryOptions extends Omit<OpenDeliveryOptions, 'add'> {
  readonly config: Config;
}

export function createDelivery({ config: first, ...options }: DeliveryOptions): Delivery {
  const { logger, metrics } = options;
  let config = first;
  let opening: Promise<OpenDelivery> = Promise.reject(new Error('the spool is not open'));
  // Whoever appends is told; there may be nobody.
  opening.catch(() => undefined);
  let open: OpenDelivery | undefined;
  const append = async (documents: readonly NewDocument[]) => {
    await (await opening).append(documents);
  };
  const intake = createIntake({ append, ...tellingOf(logger, metrics) });
  const stopping = new AbortController();
  /** What is appended meanwhile waits. */
  const reopen = async () => {
    const closing = open;
    open = undefined;
    opening = Promise.resolve(closing?.close()).then(() => openDelivery(config, { ...options, add: intake.add }));
    open = await opening;
  };
  const reopenOrRetry = async (isFatal: (error: unknown) => boolean) => {
    try {
      await reopen();
    } catch (err) {
      if (isFatal(err)) throw err;
      logger.error({ err, 'harborlight.sink_failure': true }, 'no documents are kept: the spool cannot be opened');
      void retry(async () => {
        if (open === undefined) await reopen();
      }, stopping.signal);
    }
  };
  metrics.watch(() => open?.look());
  return {
    start: () => reopenOrRetry((error) => error instanceof SpoolLockedError),
    add: intake.add,
    append,
    replace: async (next) => {
      const before = config;
      config = next;
      if (isDeepStrictEqual(partsOf(before), partsOf(next))) return;
      await reopenOrRetry(() => false);
      const names = new Set(next.sinks.map(({ name }) => name));
      for (const { name } of before.sinks) if (!names.has(name)) metrics.forgetSink(name);
    },
    stop: async () => {
      stopping.abort();
      await intake.close();
      await open?.close();
      open = undefined;
    },
  };
}

/** A disk that does not let us may do so later; whoever has the folder now may be gone. */
async function retry(open: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(RETRY_MS, signal);
    if (signal.aborted) return;
    try {
      await open();
      return;
    } catch {
      // It was said when it failed for the first time.
    }
  }
}

function tellingOf(logger: Logger, metrics: DocumentMetrics): Omit<IntakeOptions, 'append'> {
  return {
    onFailing: (err) => logger.error({ err }, 'documents are not stored'),
    onUnstorable: (err) => logger.error({ err }, 'a document cannot be stored'),
    onDropped: (documents) => metrics.dropped('intake', documents),
    onWorking: (lost) => logger.info({ lost }, 'documents are stored again'),
  };
}

/** What it was opened with. */
function partsOf({ sinks, spool, documents: { namespace } }: Config) {
  return { sinks, spool, namespace };
}
