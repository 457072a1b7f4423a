import type { Outcome, Sink } from '../../exporter/documents/sinks/sink.ts';
import type { StoredDocument } from '../../exporter/model/document.ts';

export interface ScriptedSink extends Sink {
  /** Ids of what it has, in the order they came. */
  readonly stored: () => readonly string[];
  readonly batches: () => readonly (readonly StoredDocument[])[];
  /** How it answers from now on: an outcome each, or what it throws. */
  readonly answer: (how: Answering) => void;
}

type Answering = (
  batch: readonly StoredDocument[],
  signal: AbortSignal,
) => readonly Outcome[] | Promise<readonly Outcome[]>;

export const stored: Outcome = { kind: 'stored' };
export const refused = (reason = 'mapping', status = 400): Outcome => ({ kind: 'refused', status, reason });
export const later = (status = 503): Outcome => ({ kind: 'retry', status, reason: `answered ${status}` });

/** Stores everything. */
export const takeAll: Answering = (batch) => batch.map(() => stored);

/** A remote that answers as it is told. */
export const createScriptedSink = (): ScriptedSink => {
  const ids: string[] = [];
  const batches: (readonly StoredDocument[])[] = [];
  let how: Answering = takeAll;
  return {
    name: 'scripted',
    write: async (batch, signal) => {
      batches.push(batch);
      const outcomes = await how(batch, signal);
      for (const [at, { id }] of batch.entries()) if (outcomes[at]?.kind === 'stored') ids.push(id);
      return outcomes;
    },
    close: () => Promise.resolve(),
    stored: () => ids,
    batches: () => batches,
    answer: (next) => {
      how = next;
    },
  };
};
