import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { StoredDocument } from '../../../model/document.ts';

/** The data stream of a document. */
export function dataStreamOf({ dataset, namespace }: Pick<StoredDocument, 'dataset' | 'namespace'>): string {
  return `logs-${dataset}-${namespace}`;
}

/** Those of a batch; neighbours mostly have the same one, whose name is not made anew. */
export function dataStreamsOf(batch: readonly StoredDocument[]): readonly string[] {
  const streams = new Set<string>();
  let last: StoredDocument | undefined;
  for (const document of batch) {
    if (last?.dataset !== document.dataset || last.namespace !== document.namespace)
      streams.add(dataStreamOf(document));
    last = document;
  }
  return [...streams];
}

const ID_END = Buffer.from('}}\n', 'latin1');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;

/**
 * Makes the body of a bulk request. Documents are never parsed, and what is written is written once: a text of the whole body
 * would be as much garbage again as all documents.
 */
export function createBulkBody(): (batch: readonly StoredDocument[]) => Buffer {
  const headOf = createHeads();
  return (batch) => {
    let bytes = 0;
    for (const document of batch) {
      bytes += headOf(document).length + idBytes(document.id) + ID_END.length + Buffer.byteLength(document.json) + 1;
    }
    const body = Buffer.allocUnsafeSlow(bytes);
    let at = 0;
    for (const document of batch) {
      at += headOf(document).copy(body, at);
      at = putId(body, at, document.id);
      at += ID_END.copy(body, at);
      at += body.write(document.json, at);
      body[at++] = LINE_FEED;
    }
    return body;
  };
}

/** All of an action before the id. There are few datasets and namespaces, and neighbours mostly have the same ones. */
function createHeads(): (document: StoredDocument) => Buffer {
  const heads = new Map<string, Buffer>();
  let last: Pick<StoredDocument, 'dataset' | 'namespace'> | undefined;
  let head: Buffer = Buffer.alloc(0);
  return ({ dataset, namespace }) => {
    if (last?.dataset === dataset && last.namespace === namespace) return head;
    const stream = dataStreamOf({ dataset, namespace });
    head = heads.get(stream) ?? Buffer.from(`{"create":{"_index":${JSON.stringify(stream)},"_id":`);
    heads.set(stream, head);
    last = { dataset, namespace };
    return head;
  };
}

function idBytes(id: string): number {
  return isPlain(id) ? id.length + 2 : Buffer.byteLength(JSON.stringify(id));
}

/** An id is base64url; anything else is quoted as JSON wants it. */
function isPlain(id: string): boolean {
  return /^[\w-]*$/.test(id);
}

function putId(target: Buffer, start: number, id: string): number {
  target[start] = QUOTE;
  let at = start + 1;
  for (let index = 0; index < id.length; index++) {
    const unit = id.charCodeAt(index);
    if (unit < 0x20 || unit >= 0x7f || unit === QUOTE || unit === BACKSLASH) {
      return start + target.write(JSON.stringify(id), start);
    }
    target[at++] = unit;
  }
  target[at] = QUOTE;
  return at + 1;
}

const gzipAsync = promisify(gzip);

/** On libuv's threads; the fastest level saves 80 to 90 % of such text. */
export function compress(body: Buffer): Promise<Buffer> {
  return gzipAsync(body, { level: constants.Z_BEST_SPEED });
}
