import type { Places } from './open-places.ts';
import { createReader, type OpenedReader } from './reader.ts';
import type { Damage } from './recover.ts';
import { createSegmentReader } from './segment-reader.ts';
import type { Segments } from './segments.ts';
import type { SpoolReader, SpoolReaderOptions } from './spool.ts';
import type { Tail } from './tail.ts';

/** Those of all sinks. */
export interface Readers {
  /** Throws for a sink that the spool was not opened for, and for one that has a reader. */
  readonly open: (options: SpoolReaderOptions) => SpoolReader;
  readonly onAppended: () => void;
  readonly close: () => Promise<void>;
}

export interface ReadersParts {
  readonly places: Places;
  readonly segments: Segments;
  readonly tail: Tail;
  readonly sliceBytes: number;
  readonly onDamage: (damage: Damage) => void;
  readonly onDiskError: (error: Error) => void;
}

export function createReaders({ places, segments, tail, sliceBytes, onDamage, onDiskError }: ReadersParts): Readers {
  const readers = new Map<string, OpenedReader>();
  return {
    open: (options) => {
      const { sink } = options;
      const place = places.all.find((one) => one.sink === sink);
      if (place === undefined) throw new Error(`open a reader of ${sink}: the spool was not opened for it`);
      if (readers.has(sink)) throw new Error(`open a reader of ${sink}: it has one already`);
      const files = createSegmentReader(segments, ({ path }, bytes) => onDamage({ path, bytes }));
      const opened = createReader(options, { place, segments, tail, files, sliceBytes, onDiskError });
      readers.set(sink, opened);
      opened.onAppended();
      return opened.reader;
    },
    onAppended: () => {
      for (const { onAppended } of readers.values()) onAppended();
    },
    close: async () => {
      await Promise.all([...readers.values()].map((reader) => reader.close()));
    },
  };
}
