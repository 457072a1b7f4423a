import type { RequestHandler, Response } from 'express';
import type { ExpositionFormat } from '../../metrics/format.ts';
import { HttpFault } from '../fault.ts';
import { CONTENT_TYPES, negotiateFormat } from '../negotiate.ts';
import { readQuery } from '../query.ts';
import { LONGEST_SECONDS, readTimeoutSeconds } from '../scrape-timeout.ts';

/** What somebody wants to know at once. */
export interface ProbeRequest {
  readonly module: string;
  readonly target: string;
  /** Whom to ask for at the target, where that is not the target's own name. */
  readonly hostname: string | undefined;
  /** From now until the answer has to be on its way. */
  readonly timeoutSeconds: number;
  /** The client is gone, or we stop. */
  readonly signal: AbortSignal;
}

export type ProbeAnswer =
  | {
      readonly kind: 'answered';
      /** The exposition of this one run. */
      readonly metrics: (format: ExpositionFormat) => string;
      /** For people: what was done, the metrics, and how the module is configured, without secrets. */
      readonly debug: () => string;
    }
  | { readonly kind: keyof typeof STATUSES; readonly message: string };

export interface ProbeOptions {
  readonly probe: (request: ProbeRequest) => Promise<ProbeAnswer>;
  readonly moduleNames: () => readonly string[];
  readonly signalOf: (response: Response) => AbortSignal;
}

/** Nothing that is told repeats what may be a secret. */
const STATUSES = { unknown: 400, malformed: 400, forbidden: 403, busy: 503 } as const;

/** One probe on demand, as blackbox_exporter has it: `?target=&module=`, `&debug=true` for people, `&hostname=`. */
export function probe(options: ProbeOptions): RequestHandler {
  return async (request, response) => {
    const names = options.moduleNames();
    if (names.length === 0) {
      throw new HttpFault(404, 'Probes on demand are off; `modules` in the configuration switches them on.');
    }
    const query = readQuery(request);
    const signal = options.signalOf(response);
    const answer = await options
      .probe({
        module: required(query, 'module', `; known: ${names.join(', ')}`),
        target: required(query, 'target'),
        hostname: query.get('hostname') ?? undefined,
        timeoutSeconds: readTimeoutSeconds(request) ?? LONGEST_SECONDS,
        signal,
      })
      .catch((cause: unknown) => {
        // Then nobody waits for the answer, or we are about to end.
        throw signal.aborted ? new HttpFault(503, 'The probe was given up.', { Connection: 'close' }) : cause;
      });
    if (answer.kind !== 'answered') throw new HttpFault(STATUSES[answer.kind], answer.message);
    if (query.get('debug') === 'true') {
      response.type('text/plain').send(answer.debug());
      return;
    }
    const format = negotiateFormat(request.get('Accept'));
    response.set({ 'Content-Type': CONTENT_TYPES[format], Vary: 'Accept' }).send(answer.metrics(format));
  };
}

function required(query: URLSearchParams, name: string, hint = ''): string {
  const value = query.get(name) ?? '';
  if (value === '') throw new HttpFault(400, `The parameter \`${name}\` is missing${hint}.`);
  return value;
}
