import type { Answer, StoreClient } from './store-client.ts';
import { refused, type StoreKind } from './store-kind.ts';

/** What a store deletes old documents by. */
export type StoreLifecycle = 'ilm' | 'ism' | 'retention' | 'nothing';

/** Finds out by asking for what may not be there yet. */
export async function probeLifecycle(
  client: StoreClient,
  { product }: StoreKind,
  signal: AbortSignal,
): Promise<StoreLifecycle> {
  if (product === 'opensearch') {
    return isOffered(await client.get('/_plugins/_ism/policies/harborlight-lines', signal)) ? 'ism' : 'nothing';
  }
  if (isOffered(await client.get('/_ilm/policy/harborlight-lines', signal))) return 'ilm';
  return isOffered(await client.get(RETENTION_PATH, signal)) ? 'retention' : 'nothing';
}

/** Of all data streams of ours. */
export const RETENTION_PATH = '/_data_stream/logs-harborlight.*-*/_lifecycle';

/** 400: no such call; 405: no such method; 410: not in this form of the product. */
function isOffered(answer: Answer): boolean {
  if (answer.status === 200 || answer.status === 404) return true;
  if (answer.status === 400 || answer.status === 405 || answer.status === 410) return false;
  throw refused('read the lifecycle', answer);
}
