import http from 'node:http';
import net from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Rendering, ScrapeRequest, ScrapeResult } from '../../../../exporter/http/routes/metrics.ts';
import { basic, deferred, hashOf, request, startServer } from '../bed.ts';

const PROMETHEUS_2 = {
  'User-Agent': 'Prometheus/2.42.0+ds',
  Accept:
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  'Accept-Encoding': 'gzip',
  'X-Prometheus-Scrape-Timeout-Seconds': '10',
};
const PROMETHEUS_3 = {
  ...PROMETHEUS_2,
  'User-Agent': 'Prometheus/3.5.3+ds1',
  Accept:
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
};

/** Remembers what was asked for. */
function recorder(chunks: ScrapeResult['chunks'] = ['up 1\n']) {
  const requests: ScrapeRequest[] = [];
  const scrape = (asked: ScrapeRequest) => {
    requests.push(asked);
    return Promise.resolve({ chunks });
  };
  return { requests, scrape };
}

const manyLines = Array.from({ length: 20_000 }, (_, index) => `series{number="${index}"} ${index}\n`);

test.each([
  ['Prometheus 2.42', PROMETHEUS_2, 'openmetrics', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
  ['Prometheus 3.5', PROMETHEUS_3, 'openmetrics', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
  ['curl', { Accept: '*/*' }, 'text', 'text/plain; version=0.0.4; charset=utf-8'],
])('%s gets its format under its exact content type', async (_name, headers, format, contentType) => {
  const { requests, scrape } = recorder();
  const { url } = await startServer({ scrape });
  const answer = await request(new URL('/metrics', url), { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe(contentType);
  expect(requests[0]?.format).toBe(format);
});

test('each path asks for its own rendering', async () => {
  const { requests, scrape } = recorder();
  const { url } = await startServer({ scrape });
  for (const path of ['/metrics', '/metrics/cadvisor']) await request(new URL(path, url));
  expect(requests.map(({ rendering }) => rendering)).toEqual(['native', 'cadvisor']);
});

test("cAdvisor's names are text also for who prefers OpenMetrics, in which they would not be the same", async () => {
  const { requests, scrape } = recorder();
  const { url } = await startServer({ scrape });
  const answer = await request(new URL('/metrics/cadvisor', url), { headers: PROMETHEUS_3 });
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(requests).toMatchObject([{ format: 'text', timeoutSeconds: 9.5 }]);
});

test("under cAdvisor's names hosts and collectors narrow the scrape, and are refused when unknown", async () => {
  const { requests, scrape } = recorder();
  const collectorNames = (rendering: Rendering) => (rendering === 'cadvisor' ? ['disk'] : ['cpu']);
  const { url } = await startServer({ scrape, collectorNames });
  const statusOf = async (query: string) => (await request(new URL(`/metrics/cadvisor?${query}`, url))).status;
  expect(await statusOf('host=edge-2&collect[]=disk')).toBe(200);
  expect(requests).toMatchObject([{ hosts: ['edge-2'], collectors: ['disk'] }]);
  expect([await statusOf('host=edge-9'), await statusOf('collect[]=cpu')]).toEqual([404, 400]);
});

test('a long exposition is gzipped for who accepts it and arrives whole', async () => {
  const { url } = await startServer(recorder(manyLines));
  const answer = await request(new URL('/metrics', url), { headers: PROMETHEUS_3 });
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(answer.headers.vary).toBe('Accept, Accept-Encoding');
  expect(gunzipSync(answer.body).toString()).toBe(manyLines.join(''));
});

test.each([
  ['names no encoding', {}],
  ['refuses gzip', { 'Accept-Encoding': 'gzip;q=0' }],
  ['prefers identity', { 'Accept-Encoding': 'gzip;q=0.2, identity' }],
])('a long exposition is plain for a client that %s', async (_name, headers) => {
  const { url } = await startServer(recorder(manyLines));
  const answer = await request(new URL('/metrics', url), { headers });
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(answer.body.toString()).toBe(manyLines.join(''));
});

test('a short exposition is not gzipped', async () => {
  const { url } = await startServer(recorder(['a'.repeat(1_000)]));
  const answer = await request(new URL('/metrics', url), { headers: PROMETHEUS_3 });
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(answer.headers['content-length']).toBe('1000');
});

test('text beyond ASCII arrives as UTF-8', async () => {
  const text = `info{name="Ünïcode 🐳"} 1\n`.repeat(200);
  const { url } = await startServer(recorder([text]));
  expect((await request(new URL('/metrics', url))).body.toString()).toBe(text);
});

test.each([
  ['absent', undefined, 9.5],
  ['10', '10', 9.5],
  ['15', '15', 14.5],
  ['0.7', '0.7', 0.5],
  ['0.1', '0.1', 0.5],
  ['3600', '3600', 60],
  ['Infinity', 'Infinity', 60],
  ['0', '0', 9.5],
  ['-5', '-5', 9.5],
  ['soon', 'soon', 9.5],
])('R45: a scrape timeout header of %s', async (_name, header, timeoutSeconds) => {
  const { requests, scrape } = recorder();
  const { url } = await startServer({ scrape });
  const headers = header === undefined ? {} : { 'X-Prometheus-Scrape-Timeout-Seconds': header };
  await request(new URL('/metrics', url), { headers });
  expect(requests[0]?.timeoutSeconds).toBeCloseTo(timeoutSeconds, 6);
});

test('without a query everything is asked for', async () => {
  const { requests, scrape } = recorder();
  const { url } = await startServer({ scrape });
  await request(new URL('/metrics', url));
  expect(requests[0]).toMatchObject({ hosts: undefined, collectors: undefined });
});

test('hosts and collectors narrow the scrape, each as often as given', async () => {
  const { requests, scrape } = recorder();
  const { url } = await startServer({ scrape });
  await request(new URL('/metrics?host=edge-2&collect[]=cpu&collect%5B%5D=memory&host=edge-1&other=1', url));
  expect(requests[0]).toMatchObject({ hosts: ['edge-2', 'edge-1'], collectors: ['cpu', 'memory'] });
});

test('an unknown host is not found, and the known ones are named', async () => {
  const { url } = await startServer();
  const answer = await request(new URL('/metrics?host=edge-9', url));
  expect(answer.status).toBe(404);
  expect(answer.body.toString()).toContain('There is no host \\"edge-9\\"; known: edge-1, edge-2.');
});

test('an unknown collector is a bad request, and the known ones are named', async () => {
  const { url } = await startServer();
  const answer = await request(new URL('/metrics?collect[]=cpu&collect[]=gpu', url));
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain('There is no collector \\"gpu\\"; known: cpu, memory.');
});

test('a client that goes away ends its own scrape, without an error in the log', async () => {
  const asked = deferred<AbortSignal>();
  const { url, log, observed } = await startServer({
    scrape: ({ signal }) => {
      asked.resolve(signal);
      return new Promise((_resolve, reject) => {
        // The reason of a signal is whatever its owner made it.
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    },
  });
  const client = http.get(new URL('/metrics', url));
  client.on('error', () => undefined);
  const signal = await asked.promise;
  client.destroy();
  await expect.poll(() => signal.aborted).toBe(true);
  await expect.poll(() => observed).toMatchObject([{ route: '/metrics', status: 499 }]);
  expect(log()).not.toContain('"log.level":"error"');
});

test('a client that went away while its password was checked starts a scrape that is given up', async () => {
  const checking = deferred();
  const checked = deferred<boolean>();
  const { requests, scrape } = recorder();
  const { url, observed } = await startServer({
    scrape,
    auth: { users: { ops: hashOf('right') } },
    verifyPassword: () => {
      checking.resolve();
      return checked.promise;
    },
  });
  const client = http.get(new URL('/metrics', url), { headers: { Authorization: basic('ops', 'right') } });
  client.on('error', () => undefined);
  await checking.promise;
  client.destroy();
  await expect.poll(() => observed.length).toBe(1);
  checked.resolve(true);
  await expect.poll(() => requests.map(({ signal }) => signal.aborted)).toEqual([true]);
});

test('the signal of a scrape that was answered does not fire', async () => {
  const { requests, scrape } = recorder();
  const { url, observed } = await startServer({ scrape });
  await request(new URL('/metrics', url));
  await expect.poll(() => observed.length).toBe(1);
  expect(requests[0]?.signal.aborted).toBe(false);
});

test('a client that reads nothing holds up the rendering of its own answer only', async () => {
  let rendered = 0;
  function* endless() {
    for (;;) {
      rendered += 1;
      yield 'x'.repeat(10_000);
    }
  }
  const answers: ScrapeResult['chunks'][] = [endless(), ['up 1\n']];
  const { url, port, observed, log } = await startServer({
    scrape: () => Promise.resolve({ chunks: answers.shift() ?? [] }),
  });
  const slow = net.connect(port, '127.0.0.1');
  slow.pause();
  slow.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  let before = -1;
  await expect
    .poll(
      () => {
        const hasStopped = rendered > 0 && rendered === before;
        before = rendered;
        return hasStopped;
      },
      { interval: 100, timeout: 5_000 },
    )
    .toBe(true);
  // What fits into the buffers of two sockets and the stream between; 6 MB is far beyond.
  expect(rendered).toBeLessThan(1_000);
  expect((await request(new URL('/metrics', url))).body.toString()).toBe('up 1\n');
  slow.destroy();
  await expect.poll(() => observed.map(({ status }) => status)).toContain(499);
  expect(log()).not.toContain('"log.level":"error"');
});

test('an exposition that fails before its first piece is a fault', async () => {
  function* chunks(): Generator<string> {
    yield 'a 1\n';
    throw new Error('a bug in the writer');
  }
  const { url, log } = await startServer({ scrape: () => Promise.resolve({ chunks: chunks() }) });
  const answer = await request(new URL('/metrics', url));
  expect(answer.status).toBe(500);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.body.toString()).not.toContain('a bug in the writer');
  expect(log()).toContain('a bug in the writer');
});

test.each([{}, { 'Accept-Encoding': 'gzip' }])(
  'one that fails later is cut off, logged and counted as 500: %o',
  async (headers) => {
    function* chunks() {
      for (let index = 0; index < 50; index++) yield `${Math.random()}`.repeat(1_000);
      throw new Error('a bug in the writer');
    }
    const { url, log, observed } = await startServer({ scrape: () => Promise.resolve({ chunks: chunks() }) });
    await expect(request(new URL('/metrics', url), { headers })).rejects.toThrow('aborted');
    await expect.poll(() => observed).toMatchObject([{ status: 500 }]);
    expect(log()).toContain('a bug in the writer');
  },
);

test('HEAD is answered with the head alone', async () => {
  const { url } = await startServer(recorder(manyLines));
  const answer = await request(new URL('/metrics', url), { method: 'HEAD' });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.body.length).toBe(0);
});

test('a request in the form for proxies is answered, whatever host and port it names', async () => {
  const { requests, scrape } = recorder();
  const { url } = await startServer({ scrape });
  const answer = await request(url, { path: 'http://a:99999/metrics?host=edge-1' });
  expect(answer.status).toBe(200);
  expect(requests).toMatchObject([{ hosts: ['edge-1'] }]);
});
