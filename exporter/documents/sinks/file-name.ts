import { DATASETS, type Dataset } from '../../model/document.ts';

/** A file of the file sink: documents of one dataset that it wrote on one day, in the order they came. */
export interface DocumentFile {
  readonly dataset: Dataset;
  /** 2026-11-21, UTC. */
  readonly day: string;
  /** 0 is the first of the day; a file that has its size is followed by the next, and never renamed. */
  readonly part: number;
}

/** `harborlight.event-2026-11-21.ndjson`, and `harborlight.event-2026-11-21.1.ndjson` after it. */
export function documentFileName({ dataset, day, part }: DocumentFile): string {
  return `${dataset}-${day}${part === 0 ? '' : `.${part}`}.ndjson`;
}

/** Undefined for what is no file of documents. */
export function parseDocumentFileName(name: string): DocumentFile | undefined {
  const [, text = '', day = '', part = '0'] = NAME.exec(name) ?? [];
  const dataset = DATASETS.find((known) => known === text);
  return dataset === undefined ? undefined : { dataset, day, part: Number(part) };
}

/** In the order in which they were written, the oldest first. */
export function compareDocumentFiles(a: DocumentFile, b: DocumentFile): number {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  if (a.dataset !== b.dataset) return a.dataset < b.dataset ? -1 : 1;
  return a.part - b.part;
}

const NAME = /^(harborlight\.[a-z]{1,32})-(\d{4}-\d\d-\d\d)(?:\.([1-9]\d{0,8}))?\.ndjson$/;
