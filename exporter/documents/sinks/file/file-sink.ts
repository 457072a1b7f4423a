import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredDocument } from '../../../model/document.ts';
import { documentFileName } from '../file-name.ts';
import { type Outcome, type Sink, SinkError } from '../sink.ts';
import { appendDurably, cutTo, lengthOf } from './grown-file.ts';
import { createPlaces, type Places } from './places.ts';
import { removeOld } from './remove-old.ts';
import { createWrittenFile, type Written, type WrittenFile } from './written.ts';

export interface FileSinkOptions {
  readonly name: string;
  /** Made with mode 0700 if it is missing. */
  readonly directory: string;
  /** What was written how far: in the spool's folder, for it speaks of its positions. */
  readonly writtenPath: string;
  readonly keepMs: number;
  /** Of all files together. */
  readonly maxBytes: number;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

/** A day's file is followed by another one at a sixteenth of all, or here: editors and `less` take that. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

/**
 * NDJSON files, one a dataset and day, each document in them once: how far they are written is saved after each batch,
 * and what a killed process wrote beyond that is cut off at start, for it is read from the spool again (R5).
 * Takes one batch at a time, in the spool's order. Rejects when what was saved cannot be read.
 */
export async function openFileSink(options: FileSinkOptions): Promise<Sink> {
  const { name, directory, writtenPath, maxBytes } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = createWrittenFile(writtenPath);
  let written = file.read();
  await cutBack(directory, written);
  const places = createPlaces({
    maxFileBytes: Math.min(MAX_FILE_BYTES, Math.ceil(maxBytes / 16)),
    sizes: await sizesIn(directory),
  });
  let isCut = true;
  const write = async (batch: readonly StoredDocument[]): Promise<readonly Outcome[]> => {
    const fresh = batch.filter(({ position }) => position > written.position);
    try {
      if (!isCut) await cutBack(directory, written);
      isCut = false;
      written = await writeAll({ fresh, written, directory, places, file });
      isCut = true;
    } catch (cause) {
      throw new SinkError('unavailable', `write to ${directory}`, { cause });
    }
    // What cannot be removed now can when the next file is begun.
    if (places.haveChanged()) await removeOld({ ...options, keepNames: new Set(written.lengths.keys()) }).catch(noop);
    return batch.map(() => ({ kind: 'stored' }));
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    name,
    write: (batch) => {
      const writing = write(batch);
      last = writing.catch(noop);
      return writing;
    },
    // The next one to open the files must not meet a batch of this one.
    close: async () => {
      await last;
    },
  };
}

function noop(): undefined {
  return undefined;
}

async function sizesIn(directory: string): Promise<ReadonlyMap<string, number>> {
  const names = await readdir(directory);
  return new Map(await Promise.all(names.map(async (name) => [name, await lengthOf(join(directory, name))] as const)));
}

/** What was written after the lengths were saved. */
async function cutBack(directory: string, { lengths }: Written): Promise<void> {
  for (const [name, length] of lengths) await cutTo(join(directory, name), length);
}

interface Writing {
  readonly fresh: readonly StoredDocument[];
  readonly written: Written;
  readonly directory: string;
  readonly places: Places;
  readonly file: WrittenFile;
}

async function writeAll({ fresh, written, directory, places, file }: Writing): Promise<Written> {
  const last = fresh.at(-1);
  if (last === undefined) return written;
  const texts = new Map<string, string[]>();
  for (const document of fresh) {
    const name = documentFileName(places.placeOf(document));
    const lines = texts.get(name) ?? [];
    lines.push(document.json, '\n');
    texts.set(name, lines);
  }
  const lengths = new Map(written.lengths);
  const unknown = [...texts.keys()].filter((name) => !lengths.has(name));
  // Before the first byte: what is in a file that nothing is known of would stay.
  for (const name of unknown) lengths.set(name, await lengthOf(join(directory, name)));
  if (unknown.length > 0) await file.write({ position: written.position, lengths });
  for (const [name, lines] of texts) {
    const bytes = await appendDurably(join(directory, name), lines.join(''));
    lengths.set(name, (lengths.get(name) ?? 0) + bytes);
  }
  const current = new Set(places.current().map(documentFileName));
  const next = { position: last.position, lengths: new Map([...lengths].filter(([name]) => current.has(name))) };
  await file.write(next);
  return next;
}
