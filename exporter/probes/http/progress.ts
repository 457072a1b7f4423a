import type { HttpDetails, HttpPhase, TlsDetails } from '../../model/probe.ts';
import type { Attempt } from '../attempt.ts';
import type { Answer } from './answer.ts';
import { headerOf } from './headers.ts';

/** What a run has come to so far, told to its attempt at each step: whenever it ends, that is known. */
export interface Progress {
  /** Adds what the work took to a phase, once it is through. */
  readonly time: <T>(phase: HttpPhase, work: () => Promise<T>) => Promise<T>;
  /** Adds what the work took until now to a phase, also when it is not through: what came until then is known. */
  readonly timeAlways: <T>(phase: HttpPhase, work: () => Promise<T>) => Promise<T>;
  /** There is an address: from now on every phase counts. */
  readonly located: () => void;
  readonly redirected: () => void;
  /** The head of the last answer is there. */
  readonly answered: (answer: Answer, tls: TlsDetails | undefined) => void;
  readonly bodyLength: (bytes: number) => void;
  readonly failedByPattern: () => void;
}

const NOTHING: HttpDetails = {
  statusCode: 0,
  version: 0,
  redirects: 0,
  usedTls: false,
  contentLength: 0,
  uncompressedBodyBytes: 0,
  phases: { resolve: 0 },
};

const NO_PHASES = { resolve: 0, connect: 0, tls: 0, processing: 0, transfer: 0 };

export function createProgress({ learn, nowSeconds, signal }: Attempt): Progress {
  let http = NOTHING;
  let bodyBytes = 0;
  const tell = (change: Partial<HttpDetails>) => {
    http = { ...http, ...change };
    learn({ http });
  };
  const add = (phase: HttpPhase, seconds: number) =>
    tell({
      phases: { ...http.phases, [phase]: (http.phases[phase] ?? 0) + seconds },
      uncompressedBodyBytes: bodyBytes,
    });
  learn({ http, failedByPattern: false });
  return {
    time: async (phase, work) => {
      const since = nowSeconds();
      const result = await work();
      add(phase, nowSeconds() - since);
      return result;
    },
    timeAlways: async (phase, work) => {
      const since = nowSeconds();
      const stop = () => add(phase, nowSeconds() - since);
      // At a deadline nobody waits for what the work comes to: what is told in the event itself still counts.
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await work();
      } finally {
        signal.removeEventListener('abort', stop);
        if (!signal.aborted) stop();
      }
    },
    located: () => tell({ phases: { ...NO_PHASES, ...http.phases } }),
    redirected: () => tell({ redirects: http.redirects + 1 }),
    answered: (answer, tls) => {
      if (tls !== undefined) learn({ tls });
      tell(describeHead(answer, tls !== undefined));
    },
    bodyLength: (bytes) => {
      bodyBytes = bytes;
    },
    failedByPattern: () => learn({ failedByPattern: true }),
  };
}

function describeHead(answer: Answer, usedTls: boolean): Partial<HttpDetails> {
  const lastModifiedSeconds = readDate(headerOf(answer.headers, 'last-modified'));
  return {
    statusCode: answer.status,
    version: answer.version,
    usedTls,
    contentLength: lengthOf(answer),
    ...(lastModifiedSeconds !== undefined && { lastModifiedSeconds }),
  };
}

/** -1 when the head does not say it; by RFC 9110 there is no content with 204 and 304. */
function lengthOf({ status, headers }: Answer): number {
  if (status === 204 || status === 304) return 0;
  const text = headerOf(headers, 'content-length') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

/** The three forms of RFC 9110; undefined for anything else. */
function readDate(text: string | undefined): number | undefined {
  if (text === undefined || !/^[A-Z][a-z]{2,8},? [\w:. -]+$/.test(text)) return undefined;
  const seconds = Date.parse(text) / 1000;
  return Number.isFinite(seconds) ? seconds : undefined;
}
