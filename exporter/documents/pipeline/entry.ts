import type { StoredDocument } from '../../model/document.ts';
import type { DeadLetter } from '../dead-letters.ts';
import type { LoneTries } from './lone-tries.ts';

/** A document that the pipeline holds until its sink has it, or will never have it. */
export interface Entry {
  readonly document: StoredDocument;
  /** Of one that was a dead letter and is sent again: its place in the spool is done with. */
  readonly letter?: DeadLetter;
  /** How often it was answered with "not now" while the request as a whole went through. */
  readonly tries: number;
  /** How often it alone was throttled. */
  readonly lone?: LoneTries;
  /** Whether it was refused while its stream took nothing at all: once the stream takes others, its next refusal is its own. */
  readonly wasRefused?: true;
}

/** What documents are counted by: their text, for exact bytes would have to be made first. */
export function sizeOf({ document }: Entry): number {
  return document.json.length;
}

export function sizeOfAll(entries: readonly Entry[]): number {
  let size = 0;
  for (const entry of entries) size += sizeOf(entry);
  return size;
}

/** The data stream that a document goes to. */
export function streamOf({ dataset, namespace }: StoredDocument): string {
  return `${dataset}-${namespace}`;
}

/** Those of all; neighbours mostly have the same one, whose name is not made anew. */
export function streamsOf(entries: readonly Entry[]): ReadonlySet<string> {
  const streams = new Set<string>();
  let last: StoredDocument | undefined;
  for (const { document } of entries) {
    if (last?.dataset !== document.dataset || last.namespace !== document.namespace) streams.add(streamOf(document));
    last = document;
  }
  return streams;
}
