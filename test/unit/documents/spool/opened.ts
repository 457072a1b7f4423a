import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSpool, type SpoolOptions } from '../../../../exporter/documents/spool/open-spool.ts';
import type { LostDocuments, Spool, SpoolReader } from '../../../../exporter/documents/spool/spool.ts';
import type { StoredDocument } from '../../../../exporter/model/document.ts';

/** A directory that goes with the test. */
export const temporaryDirectory = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-spool-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

export interface Opened extends Spool {
  readonly directory: string;
  readonly damages: readonly { readonly path: string; readonly bytes: number }[];
  readonly diskErrors: readonly Error[];
  /** A reader without a limit that matters, and what it lost. */
  readonly reader: (sink?: string, budgetBytes?: number) => SpoolReader & { readonly lost: readonly LostDocuments[] };
}

export const opened = async (options: Partial<SpoolOptions> = {}): Promise<Opened> => {
  const directory = options.directory ?? (await temporaryDirectory());
  const damages: { path: string; bytes: number }[] = [];
  const diskErrors: Error[] = [];
  const spool = await openSpool({
    sinks: ['file'],
    holder: 'the test',
    nowMs: Date.now,
    onDamage: (damage) => void damages.push(damage),
    onDiskError: (error) => void diskErrors.push(error),
    ...options,
    directory,
  });
  onTestFinished(() => spool.close());
  return {
    ...spool,
    directory,
    damages,
    diskErrors,
    reader: (sink = 'file', budgetBytes = 2 ** 40) => {
      const lost: LostDocuments[] = [];
      return { ...spool.openReader({ sink, budgetBytes, onLost: (some) => void lost.push(some) }), lost };
    },
  };
};

/** Reads until so many documents have come. */
export const readCount = async (reader: SpoolReader, count: number, maxBytes = 100_000) => {
  const documents: StoredDocument[] = [];
  while (documents.length < count) documents.push(...(await reader.read(maxBytes, AbortSignal.timeout(5000))));
  return documents;
};
