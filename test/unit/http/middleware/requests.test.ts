import { expect, test } from 'vitest';
import { createLogger } from '../../../../exporter/telemetry/logger.ts';
import { basic, hashOf, request, startServer } from '../bed.ts';

const anyNumber: unknown = expect.any(Number);
const aStack: unknown = expect.stringContaining(' at ');
const aStrictPolicy: unknown = expect.stringContaining("default-src 'none'");
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

test('a request id that is safe is taken, returned and logged', async () => {
  const { url, lines } = await startServer();
  const answer = await request(new URL('/healthz', url), { headers: { 'X-Request-Id': 'trace-1:a.b/c+d=' } });
  expect(answer.headers['x-request-id']).toBe('trace-1:a.b/c+d=');
  await expect.poll(() => lines()).toMatchObject([{ 'http.request.id': 'trace-1:a.b/c+d=' }]);
});

test.each([
  ['absent', undefined],
  ['too long', 'a'.repeat(129)],
  ['empty', ''],
  ['markup', '<script>'],
  ['two words', 'a b'],
  ['given twice', ['a', 'b']],
])('one that is %s is made', async (_name, id) => {
  const { url } = await startServer();
  const answer = await request(new URL('/healthz', url), { headers: id === undefined ? {} : { 'X-Request-Id': id } });
  expect(answer.headers['x-request-id']).toMatch(UUID);
});

test('an unknown path is not found, as JSON with the request id', async () => {
  const { url } = await startServer();
  const answer = await request(new URL('/nothing?x=1', url), { headers: { 'X-Request-Id': 'r-1' } });
  expect(answer.status).toBe(404);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(JSON.parse(answer.body.toString())).toEqual({
    error: { message: 'There is nothing at this path; / lists what there is.', requestId: 'r-1', status: 404 },
  });
});

test.each(['/metrics/', '/Metrics', '//metrics', '/metrics/../metrics', '/%ZZ', '/metrics%00'])(
  '%s is not one of our paths',
  async (path) => {
    const { port } = await startServer();
    expect((await request('http://127.0.0.1/', { port, path })).status).toBe(404);
  },
);

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is not allowed and says what is', async (method) => {
  const { url } = await startServer();
  for (const path of ['/', '/metrics', '/metrics/cadvisor', '/healthz', '/readyz']) {
    const answer = await request(new URL(path, url), { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  }
});

test('what was not foreseen is a 500 that tells the log all and the caller nothing', async () => {
  const { url, lines, observed } = await startServer({
    scrape: () => Promise.reject(new Error('a bug at https://ops:SECRET-VALUE@es:9200/')),
  });
  const answer = await request(new URL('/metrics', url), { headers: { 'X-Request-Id': 'r-2' } });
  expect(answer.status).toBe(500);
  expect(JSON.parse(answer.body.toString())).toEqual({
    error: {
      message: 'Something unexpected went wrong; the log has it under the request id.',
      requestId: 'r-2',
      status: 500,
    },
  });
  await expect
    .poll(() => lines())
    .toMatchObject([
      {
        'log.level': 'error',
        'http.request.id': 'r-2',
        error: { message: 'a bug at https://[redacted]@es:9200/', stack_trace: aStack },
      },
      { 'log.level': 'warn', 'http.request.id': 'r-2', 'http.response.status_code': 500 },
    ]);
  expect(observed).toMatchObject([{ status: 500 }]);
});

test('one line a request, at debug, without headers and query', async () => {
  const { url, lines } = await startServer();
  await request(new URL('/metrics?host=edge-1&token=SECRET', url), {
    headers: { 'X-Request-Id': 'r-3', Cookie: 'SECRET' },
  });
  await expect.poll(() => lines().length).toBe(1);
  const { 'event.duration': nanoseconds, ...line } = lines()[0] ?? {};
  expect(line).toMatchObject({
    'log.level': 'debug',
    message: 'request',
    'http.request.id': 'r-3',
    'http.request.method': 'GET',
    'url.path': '/metrics',
    'http.response.status_code': 200,
  });
  expect(JSON.stringify(line)).not.toContain('SECRET');
  expect(nanoseconds).toBeGreaterThan(1_000);
  expect(nanoseconds).toBeLessThan(5e9);
});

test('each request is observed once under a path of ours, whatever a caller invents', async () => {
  const { url, observed } = await startServer();
  await request(new URL('/metrics?x=1', url));
  await request(new URL('/readyz', url), { method: 'HEAD' });
  await request(new URL('/invented', url), { method: 'PROPFIND' });
  await expect.poll(() => observed.length).toBe(3);
  expect(observed).toEqual([
    { method: 'GET', route: '/metrics', status: 200, seconds: anyNumber },
    { method: 'HEAD', route: '/readyz', status: 200, seconds: anyNumber },
    { method: 'other', route: 'unknown', status: 404, seconds: anyNumber },
  ]);
});

test('no answer tells what it was made with, and none may be stored, guessed at or framed', async () => {
  const { url } = await startServer();
  for (const path of ['/', '/metrics', '/metrics/cadvisor', '/healthz', '/nothing']) {
    const { headers } = await request(new URL(path, url));
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('etag');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': aStrictPolicy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  }
});

test('with users a login is needed everywhere but for health and readiness', async () => {
  const { url } = await startServer({ auth: { users: { ops: hashOf('right') } } });
  const ask = async (path: string, headers = {}) => (await request(new URL(path, url), { headers })).status;
  expect(await ask('/healthz')).toBe(200);
  expect(await ask('/readyz')).toBe(200);
  expect(await ask('/metrics')).toBe(401);
  expect(await ask('/metrics/cadvisor')).toBe(401);
  expect(await ask('/')).toBe(401);
  expect(await ask('/nothing')).toBe(401);
  expect(await ask('/metrics', { Authorization: basic('ops', 'right') })).toBe(200);
  expect(await ask('/nothing', { Authorization: basic('ops', 'right') })).toBe(404);
});

test('a refusal carries its challenges', async () => {
  const { url } = await startServer({ auth: { users: { ops: hashOf('right') }, bearerToken: 'token' } });
  const answer = await request(new URL('/metrics', url));
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(
    'Basic realm="harborlight", charset="UTF-8", Bearer realm="harborlight"',
  );
});

test('R60: a client that guesses is told to wait, and the log names it once', async () => {
  const { url, lines } = await startServer({ auth: { users: { ops: hashOf('right') } } });
  const guess = async () =>
    await request(new URL('/metrics', url), { headers: { Authorization: basic('ops', 'SECRET-GUESS') } });
  for (let count = 0; count < 4; count++) expect((await guess()).status).toBe(401);
  const answer = await guess();
  expect(answer.status).toBe(429);
  expect(answer.headers['retry-after']).toBe('1');
  const warnings = lines().filter((line) => line['log.level'] === 'warn');
  expect(warnings).toMatchObject([{ 'client.address': '127.0.0.1', message: 'too many failed logins, throttled' }]);
});

test('twenty secrets of a request are in no log line and no answer', async () => {
  const { url, log } = await startServer({
    auth: { users: { ops: hashOf('SECRET-HASH') }, bearerToken: 'SECRET-BEARER' },
  });
  const answers: string[] = [];
  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const { body, headers: returned } = await request(new URL(path, url), { headers, method });
    answers.push(body.toString(), JSON.stringify(returned));
  };
  for (const name of [
    'Cookie',
    'X-Api-Key',
    'Proxy-Authorization',
    'Referer',
    'User-Agent',
    'X-Forwarded-For',
    'Origin',
  ]) {
    await ask('/metrics', { [name]: 'SECRET-HEADER' });
    await ask('/healthz', { [name]: 'SECRET-HEADER' });
  }
  await ask('/metrics?token=SECRET-QUERY');
  await ask('/nothing?password=SECRET-QUERY');
  await ask('/metrics', { Authorization: basic('ops', 'SECRET-GUESS') });
  await ask('/metrics', { Authorization: basic('SECRET-USER', 'SECRET-GUESS') });
  await ask('/metrics', { Authorization: 'Bearer SECRET-GUESS' });
  await ask('/metrics', { Authorization: 'SECRET-SCHEME x' });
  await ask('/metrics', { 'X-Request-Id': 'SECRET ID' }, 'POST');
  await expect.poll(() => log().trim().split('\n').length).toBeGreaterThanOrEqual(21);
  expect(log()).not.toContain('SECRET');
  expect(log()).not.toContain(Buffer.from('SECRET-GUESS').toString('base64').slice(0, 12));
  expect(answers.join('\n')).not.toContain('SECRET');
});

test('a logger above debug hears of failed requests only', async () => {
  const texts: string[] = [];
  const { logger } = createLogger({
    level: 'info',
    format: 'json',
    name: 'test',
    destination: { write: (text) => texts.push(text) },
  });
  const { url, observed } = await startServer({ logger, isReady: () => false });
  await request(new URL('/healthz', url));
  await request(new URL('/readyz', url));
  await expect.poll(() => observed.length).toBe(2);
  expect(texts.length).toBe(1);
  expect(texts[0]).toContain('"http.response.status_code":503');
});
