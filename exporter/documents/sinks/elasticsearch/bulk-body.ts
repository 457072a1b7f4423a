import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { StoredDocument } from '../../../model/document.ts';

/** The data stream of a document. */
export function dataStreamOf({ dataset, namespace }: Pick<StoredDocument, 'dataset' | 'namespace'>): string {
  return `logs-${dataset}-${namespace}`;
}

/** Makes the body of a bulk request. Documents are never parsed: a megabyte takes 2 ms. */
export function createBulkBody(): (batch: readonly StoredDocument[]) => Buffer {
  // By dataset and namespace: there are few of them.
  const heads = new Map<string, Map<string, string>>();
  const headOf = ({ dataset, namespace }: StoredDocument): string => {
    const known = heads.get(dataset)?.get(namespace);
    if (known !== undefined) return known;
    const head = `{"create":{"_index":${JSON.stringify(dataStreamOf({ dataset, namespace }))},"_id":`;
    const own = heads.get(dataset) ?? new Map<string, string>();
    heads.set(dataset, own.set(namespace, head));
    return head;
  };
  return (batch) => {
    let body = '';
    for (const document of batch) body += `${headOf(document)}${quote(document.id)}}}\n${document.json}\n`;
    return Buffer.from(body);
  };
}

/** An id is base64url; anything else is quoted as JSON wants it. */
function quote(id: string): string {
  return /^[\w-]*$/.test(id) ? `"${id}"` : JSON.stringify(id);
}

const gzipAsync = promisify(gzip);

/** On libuv's threads; the fastest level saves 80 to 90 % of such text. */
export function compress(body: Buffer): Promise<Buffer> {
  return gzipAsync(body, { level: constants.Z_BEST_SPEED });
}
