import type { RequestHandler, Response } from 'express';
import type { ExpositionFormat } from '../../metrics/format.ts';
import { HttpFault } from '../fault.ts';
import { CONTENT_TYPES, negotiateFormat } from '../negotiate.ts';
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

/** One scrape: `?host=` and `?collect[]=` narrow it, each may be repeated. */
export function metrics({ scrape, hostNames, collectorNames, signalOf }: MetricsOptions): RequestHandler {
  return async (request, response) => {
    // What stands before the query is not ours to judge: a proxy's form may name any host and port.
    const query = new URLSearchParams(/\?.*/.exec(request.originalUrl)?.[0]);
    const hosts = readNames(query.getAll('host'), hostNames(), { status: 404, what: 'host' });
    const collectors = readNames(query.getAll('collect[]'), collectorNames(), { status: 400, what: 'collector' });
    const format = negotiateFormat(request.get('Accept'));
    const timeoutSeconds = readTimeout(request.get('X-Prometheus-Scrape-Timeout-Seconds'));
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

/** How far below Prometheus' own deadline ours is, and where ours may lie. */
const MARGIN_SECONDS = 0.5;
const SHORTEST_SECONDS = 0.5;
const LONGEST_SECONDS = 60;
const DEFAULT_SECONDS = 9.5;

/** R45: whatever the header says, a scrape gets some time and not an endless one. */
function readTimeout(header: string | undefined): number {
  const seconds = Number(header ?? '');
  if (!(seconds > 0)) return DEFAULT_SECONDS;
  return Math.min(Math.max(seconds - MARGIN_SECONDS, SHORTEST_SECONDS), LONGEST_SECONDS);
}
