import type { Dataset, NewDocument } from '../../model/document.ts';

/** Where documents come from and go to. */
export interface DocumentPlace {
  readonly namespace: string;
  /** The configured name of the engine's host, as the label `host` of metrics. */
  readonly host: string;
}

/** What a document is, and what it says. */
export interface DocumentParts {
  readonly dataset: Dataset;
  readonly namespace: string;
  readonly id: string;
  /** RFC 3339 with nine digits of a second. */
  readonly timestamp: string;
  /** Beside `id` and `dataset`, which all have. */
  readonly event: Readonly<Record<string, unknown>>;
  /** All other fields of the document's root; what is undefined is left out. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The frame that is the same for all datasets. */
export function newDocument({ dataset, namespace, id, timestamp, event, fields }: DocumentParts): NewDocument {
  const json = JSON.stringify({
    '@timestamp': timestamp,
    data_stream: { type: 'logs', dataset, namespace },
    event: { id, dataset, ...event },
    ...fields,
  });
  return { dataset, namespace, id, json };
}
