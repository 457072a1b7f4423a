import type { Request, RequestHandler, Response } from 'express';
import type { ExpositionFormat } from '../../metrics/format.ts';
import { HttpFault } from '../fault.ts';
import { CONTENT_TYPES, negotiateFormat } from '../negotiate.ts';
import { readQuery } from '../query.ts';
import { readTimeoutSeconds } from '../scrape-timeout.ts';
import { sendChunks } from '../send-chunks.ts';

/** Whose names the metrics have. */
export type Rendering = 'native' | 'cadvisor';

export interface ScrapeRequest {
  readonly rendering: Rendering;
  readonly format: ExpositionFormat;
  /** Names that exist; undefined: all. */
  readonly hosts: readonly string[] | undefined;
  readonly collectors: readonly string[] | undefined;
  /** From now until the answer has to be on its way. */
  readonly timeoutSeconds: number;
  /** The client is gone, or we stop. */
  readonly signal: AbortSignal;
}

export interface ScrapeResult {
  /** The exposition; synchronous generators are driven in slices. */
  readonly chunks: Iterable<string> | AsyncIterable<string>;
}

export interface MetricsOptions {
  readonly rendering: Rendering;
  readonly scrape: (request: ScrapeRequest) => Promise<ScrapeResult>;
  readonly hostNames: () => readonly string[];
  readonly collectorNames: (rendering: Rendering) => readonly string[];
  readonly signalOf: (response: Response) => AbortSignal;
}

/** For who does not say. */
const DEFAULT_SECONDS = 9.5;

const FORMATS: Readonly<Record<Rendering, (request: Request) => ExpositionFormat>> = {
  native: (request) => negotiateFormat(request.get('Accept')),
  // cAdvisor serves no OpenMetrics either: there container_memory_failcnt, a counter, would have to end in _total, and a
  // Prometheus that prefers it would keep it under another name than rules know.
  cadvisor: () => 'text',
};

/** One scrape: `?host=` and `?collect[]=` narrow it, each may be repeated. */
export function metrics(options: MetricsOptions): RequestHandler {
  const { rendering, scrape, hostNames, collectorNames, signalOf } = options;
  return async (request, response) => {
    const query = readQuery(request);
    const hosts = readNames(query.getAll('host'), hostNames(), { status: 404, what: 'host' });
    const known = collectorNames(rendering);
    const collectors = readNames(query.getAll('collect[]'), known, { status: 400, what: 'collector' });
    const format = FORMATS[rendering](request);
    const timeoutSeconds = readTimeoutSeconds(request) ?? DEFAULT_SECONDS;
    const signal = signalOf(response);
    const asked = { rendering, format, hosts, collectors, timeoutSeconds, signal };
    const result = await scrape(asked).catch((cause: unknown) => {
      // Then nobody waits for the answer, or we are about to end.
      throw signal.aborted ? new HttpFault(503, 'The scrape was given up.', { Connection: 'close' }) : cause;
    });
    response.set({ 'Content-Type': CONTENT_TYPES[format], Vary: 'Accept, Accept-Encoding' });
    await sendChunks(result.chunks, request, response);
  };
}

interface Refusal {
  readonly status: number;
  readonly what: string;
}

function readNames(names: readonly string[], known: readonly string[], { status, what }: Refusal) {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new HttpFault(status, `There is no ${what} ${JSON.stringify(unknown)}; known: ${known.join(', ')}.`);
  }
  return names.length === 0 ? undefined : names;
}
