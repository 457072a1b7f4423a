import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createElasticsearchSink,
  type ElasticsearchOptions,
} from '../../../../../exporter/documents/sinks/elasticsearch/elasticsearch.ts';
import { SinkError } from '../../../../../exporter/documents/sinks/sink.ts';
import type { StoredDocument } from '../../../../../exporter/model/document.ts';
import { produce } from '../../../../documents/produce.ts';
import { startSimulatedStore } from '../../../../store/index.ts';

const batchOf = (count: number): readonly StoredDocument[] =>
  produce(count, { series: 'a' }).map((document, at) => ({ ...document, position: at + 1, storedAtMs: 0 }));

const openSink = (options: Partial<ElasticsearchOptions>) => {
  const sink = createElasticsearchSink({
    name: 'store',
    urls: [],
    gzip: false,
    timeoutMs: 5_000,
    memory: { inDoubtUpTo: 0, note: () => undefined, setNote: () => undefined },
    nowMs: Date.now,
    ...options,
  });
  onTestFinished(sink.close);
  return sink;
};

/** Something that answers HTTP. */
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // It listens on a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const never = new AbortController().signal;
const failureOf = async (writing: Promise<unknown>) => {
  const error = await writing.then(
    () => expect.fail('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SinkError)) throw error;
  return { failure: error.failure, message: error.message, retryAfterMs: error.retryAfterMs };
};

describe('a request', () => {
  test.each([false, true])('is lines of create with a last line break (gzip %s), and says who asks', async (gzip) => {
    const seen: { readonly headers: Readonly<Record<string, unknown>>; readonly text: string }[] = [];
    const url = await serve((asked, answer) => {
      void buffer(asked).then((body) => {
        seen.push({ headers: asked.headers, text: (gzip && body.length > 0 ? gunzipSync(body) : body).toString() });
        answer.setHeader('x-elastic-product', 'Elasticsearch').setHeader('content-type', 'application/json');
        answer.end(JSON.stringify({ items: [{ create: { _id: batchOf(1)[0]?.id, status: 201 } }] }));
      });
    });
    const sink = openSink({ urls: [url], gzip, auth: { username: 'elastic', password: 'pass' } });
    const [document] = batchOf(1);
    expect(await sink.write(batchOf(1), never)).toStrictEqual([{ kind: 'stored' }]);
    expect(seen).toHaveLength(2);
    const bulk = seen[1];
    expect(bulk?.text).toBe(
      `{"create":{"_index":"logs-harborlight.event-default","_id":"${document?.id}"}}\n${document?.json}\n`,
    );
    expect(bulk?.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      authorization: `Basic ${Buffer.from('elastic:pass').toString('base64')}`,
      ...(gzip && { 'content-encoding': 'gzip' }),
    });
  });

  test('may stand below a path, and its login in the URL, which no message has', async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve((asked, answer) => {
      paths.push(asked.url, asked.headers.authorization);
      answer.writeHead(401, { 'content-type': 'application/json' }).end('{}');
    });
    const sink = openSink({ urls: [`${url.replace('http://', 'http://elastic:planted-secret@')}/behind/`] });
    const { message } = await failureOf(sink.write(batchOf(1), never));
    expect(paths).toStrictEqual(['/behind/', `Basic ${Buffer.from('elastic:planted-secret').toString('base64')}`]);
    expect(message).toBe(`${url} answered 401`);
  });
});

describe('who answers is looked at before anything is sent', () => {
  test.each(['elasticsearch-7', 'elasticsearch-8', 'elasticsearch-9', 'opensearch-2', 'opensearch-3'] as const)(
    '%s is taken',
    async (flavour) => {
      const store = await startSimulatedStore({ flavour });
      onTestFinished(store.stop);
      const sink = openSink({ urls: [store.url] });
      expect(await sink.write(batchOf(3), never)).toHaveLength(3);
      expect(store.requests().map(({ method, path }) => `${method} ${path}`)).toStrictEqual(['GET /', 'POST /_bulk']);
    },
  );

  test.each([
    ['a page', (answer: Parameters<RequestListener>[1]) => answer.end('<!doctype html><p>Sign in</p>')],
    [
      'another database',
      (answer: Parameters<RequestListener>[1]) => answer.end('{"couchdb":"Welcome","version":"3.3.3"}'),
    ],
    ['a redirect', (answer: Parameters<RequestListener>[1]) => answer.writeHead(302, { location: '/login' }).end()],
  ])('%s is not', async (_what, respond) => {
    let posts = 0;
    const url = await serve((asked, answer) => {
      if (asked.method === 'POST') posts++;
      answer.setHeader('content-type', 'application/json');
      respond(answer);
    });
    expect(await failureOf(openSink({ urls: [url] }).write(batchOf(1), never))).toMatchObject({ failure: 'protocol' });
    expect(posts).toBe(0);
  });
});

describe('a failure', () => {
  const storeThat = (respond: RequestListener) =>
    serve((asked, answer) => {
      answer.setHeader('x-elastic-product', 'Elasticsearch').setHeader('content-type', 'application/json');
      if (asked.method === 'GET') answer.end('{}');
      else respond(asked, answer);
    });

  test.each([
    [401, 'denied'],
    [403, 'denied'],
    [404, 'protocol'],
    [405, 'protocol'],
    [413, 'too_large'],
    [429, 'throttled'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
  ])('%i is %s', async (status, failure) => {
    const url = await storeThat((_asked, answer) =>
      answer.writeHead(status).end('{"error":{"type":"some_exception","reason":"planted-secret"}}'),
    );
    expect(await failureOf(openSink({ urls: [url] }).write(batchOf(2), never))).toMatchObject({
      failure,
      message: `${url} answered ${status}: some_exception`,
    });
  });

  test.each([
    ['7', 7_000],
    ['99999999', 300_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ])('Retry-After: %s is heeded', async (text, expected) => {
    const url = await storeThat((_asked, answer) => answer.writeHead(429, { 'retry-after': text }).end('{}'));
    const { retryAfterMs } = await failureOf(openSink({ urls: [url] }).write(batchOf(2), never));
    expect(retryAfterMs).toBe(expected);
  });

  test('nobody who listens is unavailable', async () => {
    expect(await failureOf(openSink({ urls: ['http://127.0.0.1:9'] }).write(batchOf(1), never))).toMatchObject({
      failure: 'unavailable',
      message: 'http://127.0.0.1:9: the connection was refused',
    });
  });

  test.each([
    ['no answer in time', () => undefined],
    ['half an answer', (answer: Parameters<RequestListener>[1]) => answer.write('{"items":', () => answer.destroy())],
    ['an end', (answer: Parameters<RequestListener>[1]) => answer.destroy()],
  ])('%s leaves in doubt what was stored', async (_what, respond) => {
    const url = await storeThat((_asked, answer) => void respond(answer));
    expect(await failureOf(openSink({ urls: [url], timeoutMs: 300 }).write(batchOf(1), never))).toMatchObject({
      failure: 'ambiguous',
    });
  });

  test('400 to all of them is halved, and to one alone it is refused', async () => {
    const url = await storeThat((_asked, answer) =>
      answer
        .writeHead(400)
        .end('{"error":{"type":"illegal_argument_exception","reason":"id [planted-secret] is too long"}}'),
    );
    const sink = openSink({ urls: [url] });
    expect(await failureOf(sink.write(batchOf(2), never))).toMatchObject({ failure: 'too_large' });
    expect(await sink.write(batchOf(1), never)).toStrictEqual([
      { kind: 'refused', status: 400, reason: 'illegal_argument_exception' },
    ]);
  });

  test('an answer without an end is cut', async () => {
    const url = await storeThat((_asked, answer) => {
      const more = () => {
        while (!answer.destroyed && answer.write(Buffer.alloc(2 ** 20, 'x')));
        answer.once('drain', more);
      };
      more();
    });
    expect(await failureOf(openSink({ urls: [url], timeoutMs: 20_000 }).write(batchOf(1), never))).toMatchObject({
      failure: 'protocol',
    });
  });

  test('the abort of its signal ends a write at once, with the reason', async () => {
    const url = await storeThat(() => undefined);
    const stopping = new AbortController();
    const writing = openSink({ urls: [url] }).write(batchOf(1), stopping.signal);
    setTimeout(() => stopping.abort(new Error('enough')), 100);
    await expect(writing).rejects.toThrow('enough');
  });
});

describe('of several nodes', () => {
  test('one that is down is passed over, and asked again later', async () => {
    const [one, two] = [await startSimulatedStore(), await startSimulatedStore()];
    onTestFinished(one.stop);
    onTestFinished(two.stop);
    let nowMs = 0;
    const sink = openSink({ urls: [one.url, two.url], nowMs: () => nowMs });
    await one.down();
    for (let turn = 0; turn < 4; turn++) expect(await sink.write(batchOf(2), never)).toHaveLength(2);
    const bulks = (store: typeof one) => store.requests().filter(({ path }) => path === '/_bulk').length;
    expect([bulks(one), bulks(two)]).toStrictEqual([0, 4]);
    await one.up();
    nowMs += 60_000;
    for (let turn = 0; turn < 4; turn++) await sink.write(batchOf(2), never);
    expect([bulks(one), bulks(two)]).toStrictEqual([2, 6]);
  });
});
