import type { RequestHandler, Response } from 'express';
import type { ExpositionFormat } from '../../metrics/format.ts';
import { HttpFault } from '../fault.ts';
import { CONTENT_TYPES, negotiateFormat } from '../negotiate.ts';
import { readQuery } from '../query.ts';
import { readTimeoutSeconds } from '../scrape-timeout.ts';
import { sendChunks } from '../send-chunks.ts';

export interface ScrapeRequest {
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
  readonly scrape: (request: ScrapeRequest) => Promise<ScrapeResult>;
  readonly hostNames: () => readonly string[];
  readonly collectorNames: () => readonly string[];
  readonly signalOf: (response: Response) => AbortSignal;
}

/** For who does not say. */
const DEFAULT_SECONDS = 9.5;

/** One scrape: `?host=` and `?collect[]=` narrow it, each may be repeated. */
export function metrics({ scrape, hostNames, collectorNames, signalOf }: MetricsOptions): RequestHandler {
  return async (request, response) => {
    const query = readQuery(request);
    const hosts = readNames(query.getAll('host'), hostNames(), { status: 404, what: 'host' });
    const collectors = readNames(query.getAll('collect[]'), collectorNames(), { status: 400, what: 'collector' });
    const format = negotiateFormat(request.get('Accept'));
    const timeoutSeconds = readTimeoutSeconds(request) ?? DEFAULT_SECONDS;
    const signal = signalOf(response);
    const result = await scrape({ format, hosts, collectors, timeoutSeconds, signal }).catch((cause: unknown) => {
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
