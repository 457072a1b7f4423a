import { DATASETS, type Dataset } from '../model/document.ts';
import { counter, type Exemplar, gauge, histogram, type OwnRegistry } from './self-instrument.ts';
import { documentInstruments } from './self-instruments.ts';

/** Where documents are when they are given up: waiting for the spool, our own log's lines apart, or among the dead letters. */
export type DropStage = (typeof DROP_STAGES)[number];
const DROP_STAGES = ['intake', 'log', 'dead_letters'] as const;

export interface DocumentMetrics {
  readonly written: (dataset: Dataset, documents: number) => void;
  readonly dropped: (stage: DropStage, documents: number) => void;
  readonly sink: (sink: string) => SinkMetrics;
  /** Takes the sink's series away. */
  readonly forgetSink: (sink: string) => void;
  readonly bulkEnded: (seconds: number) => void;
  /** Asked at each collection; before, nothing is told of the spool. */
  readonly watch: (look: () => DocumentsLook | undefined) => void;
}

export interface SinkMetrics {
  readonly delivered: (documents: number) => void;
  readonly rejected: (documents: number) => void;
  readonly retried: (documents: number) => void;
  readonly lost: (documents: number) => void;
}

/** What there is of documents now. */
export interface DocumentsLook {
  readonly spoolBytes: number;
  readonly oldestSeconds: number;
  /** By sink; a sink that was not sent anything yet is neither up nor down. */
  readonly sinks: readonly { readonly sink: string; readonly deadLetters: number; readonly isUp?: boolean }[];
}

export function createDocumentMetrics(
  registry: OwnRegistry,
  exemplar: Exemplar,
): {
  readonly metrics: DocumentMetrics;
  readonly look: () => void;
} {
  const written = counter(registry, documentInstruments.written);
  const dropped = counter(registry, documentInstruments.dropped);
  const counters = sinkCounters(registry);
  const deadLetters = gauge(registry, documentInstruments.deadLetters);
  const sinkUp = gauge(registry, documentInstruments.sinkUp);
  const spoolBytes = gauge(registry, documentInstruments.spoolBytes);
  const spoolOldest = gauge(registry, documentInstruments.spoolOldest);
  const bulkDuration = histogram(registry, documentInstruments.bulkDuration, exemplar);
  // Without labels they would be there from the beginning, as 0.
  for (const unknown of [spoolBytes, spoolOldest]) unknown.remove();
  // Set by the first who has something to tell.
  const source: { look?: () => DocumentsLook | undefined } = {};
  // A counter that first shows at 1 hides its first increase (R12).
  for (const dataset of DATASETS) written.inc({ dataset }, 0);
  for (const stage of DROP_STAGES) dropped.inc({ stage }, 0);
  return {
    metrics: {
      written: (dataset, documents) => written.inc({ dataset }, documents),
      dropped: (stage, documents) => dropped.inc({ stage }, documents),
      sink: (sink) => {
        for (const each of Object.values(counters)) each.inc({ sink }, 0);
        return countersOf(counters, sink);
      },
      forgetSink: (sink) => {
        for (const each of [...Object.values(counters), deadLetters, sinkUp]) each.remove({ sink });
      },
      bulkEnded: (seconds) => bulkDuration({}, seconds),
      watch: (look) => {
        source.look = look;
      },
    },
    look: () => {
      const now = source.look?.();
      // Without a spool nobody knows.
      for (const each of [spoolBytes, spoolOldest]) each.remove();
      for (const each of [deadLetters, sinkUp]) each.reset();
      if (now === undefined) return;
      spoolBytes.set(now.spoolBytes);
      spoolOldest.set(now.oldestSeconds);
      for (const { sink, deadLetters: letters, isUp } of now.sinks) {
        deadLetters.set({ sink }, letters);
        if (isUp !== undefined) sinkUp.set({ sink }, isUp ? 1 : 0);
      }
    },
  };
}

type SinkCounters = ReturnType<typeof sinkCounters>;

function sinkCounters(registry: OwnRegistry) {
  return {
    delivered: counter(registry, documentInstruments.delivered),
    rejected: counter(registry, documentInstruments.rejected),
    retried: counter(registry, documentInstruments.retried),
    lost: counter(registry, documentInstruments.lost),
  };
}

function countersOf(counters: SinkCounters, sink: string): SinkMetrics {
  return {
    delivered: (documents) => counters.delivered.inc({ sink }, documents),
    rejected: (documents) => counters.rejected.inc({ sink }, documents),
    retried: (documents) => counters.retried.inc({ sink }, documents),
    lost: (documents) => counters.lost.inc({ sink }, documents),
  };
}
