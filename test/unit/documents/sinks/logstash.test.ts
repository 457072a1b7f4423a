import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../bed/free-port.ts';
import { makeWebCertificates, type WebCertificates } from '../../../bed/web-certificates.ts';
import { documentOf, ok, openSink, type Respond, startReceiver, status } from './logstash-bed.ts';

const delivery = (id: string) => ({ harborlight_delivery: { id, dataset: 'harborlight.event', namespace: 'default' } });
const one = [documentOf('id-1', '{"message":"a"}')];

test('documents go as one JSON object a line, each with its id and data stream beside it', async () => {
  const { url, received } = await startReceiver(ok);
  const outcomes = await openSink({ urls: [url] }).send([
    documentOf('id-1', '{"message":"a","event":{"id":"other"}}'),
    documentOf('id-2', '{}'),
  ]);
  expect(outcomes).toEqual([{ kind: 'stored' }, { kind: 'stored' }]);
  const [request] = received;
  expect(request?.method).toBe('POST');
  expect(request?.headers['content-type']).toBe('application/x-ndjson');
  const lines = request?.body.split('\n') ?? [];
  expect(lines.pop()).toBe('');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { message: 'a', event: { id: 'other' }, ...delivery('id-1') },
    delivery('id-2'),
  ]);
});

test('what the exporter says beside a document counts, whatever the document says', async () => {
  const { url, received } = await startReceiver(ok);
  await openSink({ urls: [url] }).send([documentOf('id-1', '{"harborlight_delivery":{"id":"forged"}}')]);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual(delivery('id-1'));
});

test('a text that is no JSON object on one line is refused alone, and not sent', async () => {
  const { url, received } = await startReceiver(ok);
  const texts = ['[1]', '{"a":1}', '', '{"a":\n1}', '"x"'];
  const outcomes = await openSink({ urls: [url] }).send(texts.map((json, index) => documentOf(`id-${index}`, json)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'stored', 'refused', 'refused', 'refused']);
  expect(received.map(({ body }) => body.split('\n').length)).toEqual([2]);
});

test('a batch of which nothing can be sent asks nobody', async () => {
  const { url, received } = await startReceiver(ok);
  expect(await openSink({ urls: [url] }).send([documentOf('id', 'x')])).toMatchObject([{ kind: 'refused' }]);
  expect(received).toEqual([]);
});

test('basic auth is sent with every request', async () => {
  const { url, received } = await startReceiver(ok);
  await openSink({ urls: [url], auth: { user: 'harborlight', password: 'pässword' } }).send(one);
  const [, encoded = ''] = received[0]?.headers.authorization?.split(' ') ?? [];
  expect(Buffer.from(encoded, 'base64').toString()).toBe('harborlight:pässword');
});

const destroyed: Respond = (response) => void response.destroy();
const cut: Respond = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('o', () => response.destroy());
};
const endless: Respond = (response) => {
  response.writeHead(200);
  const more = () => void response.write('x'.repeat(8192), () => setImmediate(more));
  more();
};

test.each<[string, Respond, string]>([
  ['429', status(429, {}, 'Server busy'), 'throttled'],
  ['503', status(503), 'unavailable'],
  ['502 of a proxy', status(502, {}, '<html>'), 'unavailable'],
  ['504 of a proxy', status(504), 'unavailable'],
  ['401', status(401), 'denied'],
  ['403', status(403), 'denied'],
  ['413', status(413), 'too_large'],
  ['500, which may come in the middle of a body', status(500, {}, 'internal error'), 'ambiguous'],
  ['404', status(404), 'protocol'],
  ['a redirect', status(302, { location: 'http://127.0.0.1:1/' }), 'protocol'],
  ["a proxy's page with 200", status(200, { 'content-type': 'text/html' }, '<html>ok</html>'), 'protocol'],
  ['200 without a word', status(200), 'protocol'],
  ['200 without an end', endless, 'protocol'],
  ['the end of the connection', destroyed, 'ambiguous'],
  ['half an answer', cut, 'ambiguous'],
])('%s leaves the batch without outcomes', async (_what, respond, failure) => {
  const { url } = await startReceiver(respond);
  await expect(openSink({ urls: [url] }).send(one)).rejects.toMatchObject({ name: 'SinkError', failure });
});

test.each([
  ['7', 7000],
  ['99999', 300_000],
  ['9999999', 300_000],
])('Retry-After: %s is passed on, of five minutes at most', async (text, retryAfterMs) => {
  const { url } = await startReceiver(status(429, { 'retry-after': text }));
  await expect(openSink({ urls: [url] }).send(one)).rejects.toMatchObject({ retryAfterMs });
});

test('a request that hangs is ambiguous after its time: the documents may be in the queue', async () => {
  const { url } = await startReceiver(() => undefined);
  const sink = openSink({ urls: [url], timeoutMs: 100 });
  await expect(sink.send(one)).rejects.toMatchObject({ failure: 'ambiguous' });
});

test('nobody there is unavailable', async () => {
  const sink = openSink({ urls: [`http://127.0.0.1:${await freePort()}`] });
  await expect(sink.send(one)).rejects.toMatchObject({ failure: 'unavailable' });
});

test("the caller's signal ends a request that hangs, with its own reason", async () => {
  const { url, received } = await startReceiver(() => undefined);
  const sink = openSink({ urls: [url] });
  const stopping = new AbortController();
  const writing = sink.write(one, stopping.signal);
  await expect.poll(() => received.length).toBe(1);
  stopping.abort(new Error('stopping'));
  await expect(writing).rejects.toThrow('stopping');
});

test.each<[string, Respond]>([
  ['is busy', status(429)],
  ['is away', status(503)],
])('the next Logstash takes the batch when one %s', async (_what, respond) => {
  const [first, second] = [await startReceiver(respond), await startReceiver(ok)];
  const sink = openSink({ urls: [first.url, second.url] });
  expect(await sink.send(one)).toEqual([{ kind: 'stored' }]);
  // And the one after it goes there at once.
  await sink.send(one);
  expect([first.received.length, second.received.length]).toEqual([1, 2]);
});

test('when all are busy the last one says so', async () => {
  const receivers = [await startReceiver(status(503)), await startReceiver(status(429))];
  const sink = openSink({ urls: receivers.map(({ url }) => url) });
  await expect(sink.send(one)).rejects.toMatchObject({ failure: 'throttled' });
  expect(receivers.map(({ received }) => received.length)).toEqual([1, 1]);
});

test('a batch that may have been taken is not given to another one before it is tried again', async () => {
  const [first, second] = [await startReceiver(destroyed), await startReceiver(ok)];
  const sink = openSink({ urls: [first.url, second.url] });
  await expect(sink.send(one)).rejects.toMatchObject({ failure: 'ambiguous' });
  expect(second.received).toEqual([]);
  expect(await sink.send(one)).toEqual([{ kind: 'stored' }]);
});

test('no failure tells the password or anything of a document', async () => {
  for (const respond of [status(401), status(500, {}, 'secret-text'), destroyed, status(200, {}, 'secret-text')]) {
    const { url } = await startReceiver(respond);
    const sink = openSink({ urls: [url], auth: { user: 'u', password: 'secret-text' } });
    const error: unknown = await sink.send([documentOf('id', '{"message":"secret-text"}')]).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'SinkError' });
    expect(String(error)).not.toContain('secret');
  }
});

describe('with TLS', () => {
  let certificates: WebCertificates;
  beforeAll(async () => {
    certificates = await makeWebCertificates();
    return certificates.remove;
  });
  const server = (name: string) => {
    const read = (kind: string) => readFileSync(join(certificates.directory, `${name}.${kind}`));
    return startReceiver(ok, { cert: read('pem'), key: read('key') });
  };

  test('a Logstash whose authority is configured gets the documents', async () => {
    const { url, received } = await server('good');
    expect(await openSink({ urls: [url], ca: certificates.ca }).send(one)).toEqual([{ kind: 'stored' }]);
    expect(received).toHaveLength(1);
  });

  test.each(['wrong-name', 'expired', 'self-signed'])(
    'one whose certificate is %s is denied, and gets nothing',
    async (name) => {
      const { url, received } = await server(name);
      const sink = openSink({ urls: [url], ca: certificates.ca, auth: { user: 'u', password: 'p' } });
      await expect(sink.send(one)).rejects.toMatchObject({ failure: 'denied' });
      expect(received).toEqual([]);
    },
  );

  test('the fingerprint of its certificate is as good as an authority, and another one is denied', async () => {
    const { url, received } = await server('good');
    const { fingerprint256: fingerprint } = new X509Certificate(readFileSync(join(certificates.directory, 'good.pem')));
    expect(await openSink({ urls: [url], fingerprint }).send(one)).toEqual([{ kind: 'stored' }]);
    const other = openSink({ urls: [url], fingerprint: fingerprint.replaceAll(/[0-9A-E]/g, 'F') });
    await expect(other.send(one)).rejects.toMatchObject({ failure: 'denied' });
    expect(received).toHaveLength(1);
  });

  test('no TLS where it should be is no Logstash', async () => {
    const { url } = await startReceiver(ok);
    const sink = openSink({ urls: [url.replace('http:', 'https:')], ca: certificates.ca });
    await expect(sink.send(one)).rejects.toMatchObject({ failure: 'protocol' });
  });
});
