import type { BulkDocument } from './bulk-body.ts';

/** What goes wrong with a request. */
export type Fault =
  /** Refused before anything of it is stored; without a body it gets the one that the product sends with this status. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | object;
    }
  /** A bulk is answered with 200, and of its items all, or only some, have this status; the others are stored. */
  | {
      readonly kind: 'items';
      readonly status: number;
      readonly type?: string;
      readonly reason?: string;
      readonly only?: (document: BulkDocument) => boolean;
    }
  /** The items go to the failure store: 201, but not where they should be. */
  | { readonly kind: 'failure-store'; readonly only?: (document: BulkDocument) => boolean }
  /** The connection is reset: before anything is stored, after all is, or in the middle of the answer to what is stored. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' | 'within-answer' }
  /** Nothing more happens until `heal`: before anything is stored, or before the answer to what is stored. */
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' }
  | { readonly kind: 'delay'; readonly when: 'before' | 'after'; readonly ms: number }
  /** A proxy's HTML page with status 200: it is no search engine that answers. */
  | { readonly kind: 'page' };

/** Which requests; by default every `_bulk` until `heal`. */
export interface FaultScope {
  readonly method?: string;
  /** Of the path without the query. */
  readonly path?: RegExp;
  /** So many requests, then no more. */
  readonly times?: number;
}

export interface ScriptedFault {
  /** From now on it strikes no more, and what hangs because of it goes on. */
  readonly heal: () => void;
  /** How many requests it struck. */
  readonly hits: () => number;
}

export interface Faults {
  readonly add: (fault: Fault, scope: FaultScope | undefined) => ScriptedFault;
  /** The fault that strikes a request, which counts as a hit. */
  readonly strike: (request: { readonly method: string; readonly path: string }) => StrikingFault | undefined;
  readonly healAll: () => void;
}

export interface StrikingFault {
  readonly fault: Fault;
  /** Resolves once it is healed. */
  readonly healed: Promise<void>;
}

/** Keeps what tests have scripted, in their order. */
export const createFaults = (): Faults => {
  const scripted: (StrikingFault & { readonly takes: (request: RequestLine) => boolean; readonly heal: () => void })[] =
    [];
  return {
    add: (fault, { method, path = /\/_bulk$/, times = Number.POSITIVE_INFINITY } = {}) => {
      let hits = 0;
      const healing = new AbortController();
      const healed = new Promise<void>((resolve) => healing.signal.addEventListener('abort', () => resolve()));
      const heal = () => healing.abort();
      const takes = (request: RequestLine): boolean => {
        const fits = (method ?? request.method) === request.method && path.test(request.path);
        if (healing.signal.aborted || hits >= times || !fits) return false;
        hits += 1;
        return true;
      };
      scripted.push({ fault, healed, takes, heal });
      return { heal, hits: () => hits };
    },
    strike: (request) => scripted.find(({ takes }) => takes(request)),
    healAll: () => {
      for (const { heal } of scripted) heal();
    },
  };
};

interface RequestLine {
  readonly method: string;
  readonly path: string;
}
