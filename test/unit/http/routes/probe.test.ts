import http from 'node:http';
import { expect, test } from 'vitest';
import type { ProbeAnswer, ProbeRequest } from '../../../../exporter/http/routes/probe.ts';
import type { ExpositionFormat } from '../../../../exporter/metrics/format.ts';
import { deferred, hashOf, request, startServer } from '../bed.ts';

/** Remembers what was asked for. */
function recorder(answer?: ProbeAnswer) {
  const requests: ProbeRequest[] = [];
  const answered: ProbeAnswer = {
    kind: 'answered',
    metrics: (format: ExpositionFormat) => `probe_success 1 in ${format}\n`,
    debug: () => 'all of it\n',
  };
  const probe = (asked: ProbeRequest) => {
    requests.push(asked);
    return Promise.resolve(answer ?? answered);
  };
  return { requests, probe, moduleNames: () => ['web', 'mail'] };
}

const PATH = '/probe?target=shop.example:80&module=web';

async function ask(path: string, overrides: Parameters<typeof startServer>[0], headers: http.OutgoingHttpHeaders = {}) {
  const { url } = await startServer(overrides);
  const answer = await request(new URL(path, url), { headers });
  return { ...answer, text: answer.body.toString() };
}

function messageOf({ text }: { readonly text: string }): unknown {
  // As every fault is told.
  return (JSON.parse(text) as { readonly error: { readonly message: unknown } }).error.message;
}

test('target and module are asked, and the exposition of that run is the answer', async () => {
  const { requests, ...options } = recorder();
  const { status, headers, text } = await ask(PATH, options);
  expect([status, text]).toEqual([200, 'probe_success 1 in text\n']);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(headers.vary).toBe('Accept');
  expect(requests).toMatchObject([{ target: 'shop.example:80', module: 'web', hostname: undefined }]);
});

test('who prefers OpenMetrics gets it', async () => {
  const { headers, text } = await ask(PATH, recorder(), { Accept: 'application/openmetrics-text;version=1.0.0' });
  expect(text).toBe('probe_success 1 in openmetrics\n');
  expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
});

test('debug=true is plain text for people, whatever is accepted', async () => {
  const accept = { Accept: 'application/openmetrics-text;version=1.0.0' };
  const { status, headers, text } = await ask(`${PATH}&debug=true`, recorder(), accept);
  expect([status, headers['content-type'], text]).toEqual([200, 'text/plain; charset=utf-8', 'all of it\n']);
});

test.each([
  [undefined, 60],
  ['10', 9.5],
  ['0.6', 0.5],
  ['soon', 60],
  ['3600', 60],
])('a scrape timeout of %s leaves %d s', async (header, timeoutSeconds) => {
  const { requests, ...options } = recorder();
  await ask(PATH, options, header === undefined ? {} : { 'X-Prometheus-Scrape-Timeout-Seconds': header });
  expect(requests[0]?.timeoutSeconds).toBe(timeoutSeconds);
});

test('hostname is passed on', async () => {
  const { requests, ...options } = recorder();
  await ask(`${PATH}&hostname=www.shop.example`, options);
  expect(requests).toMatchObject([{ hostname: 'www.shop.example' }]);
});

test('without modules it is off, and says how to switch it on', async () => {
  const answer = await ask(PATH, { moduleNames: () => [] });
  expect(answer.status).toBe(404);
  expect(messageOf(answer)).toBe('Probes on demand are off; `modules` in the configuration switches them on.');
});

test.each([
  ['/probe?target=a:80', 'The parameter `module` is missing; known: web, mail.'],
  ['/probe?module=web', 'The parameter `target` is missing.'],
  ['/probe?module=web&target=', 'The parameter `target` is missing.'],
])('%s is a bad request', async (path, message) => {
  const answer = await ask(path, { moduleNames: () => ['web', 'mail'] });
  expect([answer.status, messageOf(answer)]).toEqual([400, message]);
});

test.each([
  ['unknown', 400],
  ['malformed', 400],
  ['forbidden', 403],
  ['busy', 503],
] as const)('what is %s is answered with %d, as JSON', async (kind, status) => {
  const answer = await ask(PATH, recorder({ kind, message: 'Why it is.' }));
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(messageOf(answer)).toBe('Why it is.');
});

test('it needs the login', async () => {
  const { requests, ...options } = recorder();
  const answer = await ask(PATH, { ...options, auth: { users: { ops: hashOf('right') } } });
  expect(answer.status).toBe(401);
  expect(requests).toEqual([]);
});

test('a client that goes away ends its own probe, without an error in the log', async () => {
  const asked = deferred<AbortSignal>();
  const { url, log, observed } = await startServer({
    moduleNames: () => ['web'],
    probe: ({ signal }) => {
      asked.resolve(signal);
      return new Promise((_resolve, reject) => {
        // The reason of a signal is whatever its owner made it.
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    },
  });
  const client = http.get(new URL(PATH, url));
  client.on('error', () => undefined);
  const signal = await asked.promise;
  client.destroy();
  await expect.poll(() => signal.aborted).toBe(true);
  await expect.poll(() => observed).toMatchObject([{ route: '/probe', status: 499 }]);
  expect(log()).not.toContain('"log.level":"error"');
});

test('the log has no target', async () => {
  const { url, log, observed } = await startServer(recorder());
  await request(new URL('/probe?module=web&target=http://a.example/?token=s3cret', url));
  await expect.poll(() => observed.length).toBe(1);
  expect(log()).toContain('/probe');
  expect(log()).not.toContain('s3cret');
});
