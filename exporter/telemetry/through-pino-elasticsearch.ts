import { z } from 'zod';
import type { NewDocument } from '../model/document.ts';
import { loadWhenUsed } from '../util/load-when-used.ts';
import { waitAtMost } from '../util/wait-at-most.ts';

/** A way that documents take. */
export interface LogPipe {
  readonly write: (document: NewDocument) => void;
  /** Hands on what is still inside, as far as it can be in this time. */
  readonly close: (withinMs: number) => Promise<void>;
}

export interface ElasticsearchPipeOptions {
  readonly namespace: string;
  /** Of one request; takes them at once. */
  readonly onDocuments: (documents: readonly NewDocument[]) => void;
}

/**
 * The library's interval begins anew with each line, so it is its bytes that bound the wait of a line among many: these are
 * two or three lines.
 */
const FLUSH_BYTES = 1000;
const FLUSH_INTERVAL_MS = 200;

/**
 * pino-elasticsearch without a network: its client's connection hands the body of each `_bulk` request to us and
 * answers that all is well, at once. By itself it stops for good at the first failed request, and loses what was in it.
 */
export function openElasticsearchPipe({ namespace, onDocuments }: ElasticsearchPipeOptions): LogPipe {
  /** Written to the library, and not come out of it yet. */
  const inside = new Map<string, NewDocument>();
  const handOver = (documents: readonly NewDocument[]) => {
    if (documents.length > 0) onDocuments(documents);
    for (const { id } of documents) inside.delete(id);
  };
  const Connection = connectionTo((body) => handOver(documentsIn(body, namespace)));
  const open = (): PinoStream => {
    const next = openStream(namespace, Connection);
    // It has ended then, whatever it says: what is inside stays there, and what comes next needs another one.
    next.once('error', () => {
      if (stream === next) stream = open();
      handOver([...inside.values()]);
    });
    return next;
  };
  let stream = open();
  return {
    write: (document) => {
      inside.set(document.id, document);
      stream.write(`${document.json}\n`);
    },
    close: async (withinMs) => {
      const ended = untilEnded(stream);
      stream.end();
      await waitAtMost(withinMs, ended);
      handOver([...inside.values()]);
    },
  };
}

type PinoElasticsearch = ReturnType<typeof loadWhenUsed<'pino-elasticsearch'>>;
type PinoStream = ReturnType<PinoElasticsearch>;

function openStream(namespace: string, Connection: ReturnType<typeof connectionTo>): PinoStream {
  return loadWhenUsed('pino-elasticsearch')({
    node: 'http://spool.invalid',
    index: `logs-harborlight.app-${namespace}`,
    opType: 'create',
    esVersion: 8,
    flushBytes: FLUSH_BYTES,
    flushInterval: FLUSH_INTERVAL_MS,
    // It has all of a connection that the client's pool and transport use.
    Connection: Connection as unknown as NonNullable<NonNullable<Parameters<PinoElasticsearch>[0]>['Connection']>,
  });
}

function untilEnded(stream: PinoStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('insert', () => resolve());
    stream.once('error', () => resolve());
  });
}

const action = z.object({ create: z.unknown() }).or(z.object({ index: z.unknown() }));
const identified = z.object({ event: z.object({ id: z.string() }) });

/** The lines of a `_bulk` body: what to do, and with which document, in turn. */
function documentsIn(body: string, namespace: string): readonly NewDocument[] {
  const lines = body.split('\n').filter((line) => line !== '');
  const documents: NewDocument[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [what = '', json = ''] = lines.slice(at, at + 2);
    action.parse(JSON.parse(what));
    const { id } = identified.parse(JSON.parse(json)).event;
    documents.push({ dataset: 'harborlight.app', namespace, id, json });
  }
  return documents;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON: the client reads it as it reads an answer. */
  readonly body: string;
}

const HEADERS = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' };

/** As the client makes its connections: with `new`, and with these fields to choose among them by. */
function connectionTo(take: (body: string) => void) {
  return class SpoolConnection {
    readonly url = new URL('http://spool.invalid');
    readonly id = 'spool';
    readonly headers = {};
    readonly weight = 1;
    deadCount = 0;
    resurrectTimeout = 0;
    status = 'alive';

    request({ path, body }: { readonly path: string; readonly body?: unknown }): Promise<Answer> {
      // One that asks to refresh an index at the end.
      if (!path.endsWith('/_bulk')) return Promise.resolve({ statusCode: 200, headers: HEADERS, body: '{}' });
      const text = typeof body === 'string' ? body : Buffer.isBuffer(body) ? body.toString() : '';
      take(text);
      const count = text.split('\n').filter((line) => line !== '').length / 2;
      const items = Array.from({ length: count }, () => ({ create: { status: 201, result: 'created' } }));
      return Promise.resolve({
        statusCode: 200,
        headers: HEADERS,
        body: JSON.stringify({ took: 0, errors: false, items }),
      });
    }

    close(): Promise<void> {
      return Promise.resolve();
    }
  };
}
