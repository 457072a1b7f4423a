/** What one document is about; with the namespace it names the data stream `logs-<dataset>-<namespace>`. */
export type Dataset = (typeof DATASETS)[number];
export const DATASETS = [
  'harborlight.container',
  'harborlight.event',
  'harborlight.health',
  'harborlight.probe',
  'harborlight.alert',
  'harborlight.gap',
  'harborlight.app',
] as const;

/** A document as its source hands it to the spool: it is never changed after that. */
export interface NewDocument {
  readonly dataset: Dataset;
  readonly namespace: string;
  /** Twenty characters of base64url, decided at the source by what the document is about: a store's `_id`. */
  readonly id: string;
  /** One ECS object as JSON, without a line break. */
  readonly json: string;
  /** Of documents that can be read again at their source: where from, and from which place to which. */
  readonly origin?: DocumentOrigin;
}

export interface DocumentOrigin {
  /** Such as a container's stream; where it goes on after a restart is the `last` of its newest document. */
  readonly source: string;
  readonly first: string;
  readonly last: string;
}

/** Where a document lies in the spool: counted from its very first document, by one each. Never used twice. */
export type SpoolPosition = number;

/** A document that is safe on disk. */
export interface StoredDocument extends NewDocument {
  readonly position: SpoolPosition;
  /** When the spool took it, unix milliseconds. */
  readonly storedAtMs: number;
}
