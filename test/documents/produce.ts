import { createHash } from 'node:crypto';
import type { Dataset, NewDocument } from '../../exporter/model/document.ts';

export interface Produced {
  readonly dataset?: Dataset;
  readonly namespace?: string;
  /** What their ids begin from. */
  readonly series: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** So many documents with ids of their own, as sources make them. */
export const produce = (
  count: number,
  { dataset = 'harborlight.event', namespace = 'default', series, fields }: Produced,
): NewDocument[] =>
  Array.from({ length: count }, (_, at) => ({
    dataset,
    namespace,
    id: idOf(`${series} ${at}`),
    json: JSON.stringify({
      '@timestamp': new Date(1_760_000_000_000 + at).toISOString(),
      message: `${series} number ${at}`,
      container: { id: 'f'.repeat(64), name: 'web-1' },
      host: { name: 'edge-1' },
      ...fields,
    }),
  }));

const idOf = (identity: string): string =>
  createHash('sha256').update(identity).digest().subarray(0, 15).toString('base64url');
