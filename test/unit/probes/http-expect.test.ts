import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compilePattern } from '../../../exporter/util/linear-pattern.ts';
import { ask, serveRaw, serveText } from './http-bed.ts';

const ANSWER = [
  'HTTP/1.1 200 OK',
  'Content-Type: application/json; charset=utf-8',
  'Set-Cookie: a=1',
  'Set-Cookie: b=2',
  '',
  '{"status":"up","checks":[{"name":"db","ok":true,"ms":3.5,"note":null}],"a.b":{"u":1}}',
].join('\r\n');

test.each([
  [{ body: '"status":"up"' }, undefined],
  [{ body: ['up', 'db'], body_not: ['down', '^up'] }, undefined],
  [{ body: ['up', 'gone'] }, 'the body does not match "gone"'],
  [{ body_not: '"(up|ready)"' }, 'the body matches "\\"(up|ready)\\""'],
  [{ headers: [{ name: 'content-TYPE', pattern: '^application/json' }] }, undefined],
  [{ headers: [{ name: 'set-cookie', pattern: '^b=2$' }] }, undefined],
  [{ headers: [{ name: 'set-cookie', pattern: '^c' }] }, 'the header set-cookie does not match "^c"'],
  [{ headers: [{ name: 'X-Gone', pattern: '.*' }] }, 'no header x-gone'],
  [{ headers_not: [{ name: 'x-gone', pattern: '.*' }] }, undefined],
  [{ headers_not: [{ name: 'set-cookie', pattern: 'b=' }] }, 'the header set-cookie matches "b="'],
])('%j is %s', async (expected, failure) => {
  const { url } = await serveText(ANSWER);
  const result = await ask(url, { expect: expected });
  expect(result.failure).toBe(failure);
  expect(result.details.failedByPattern).toBe(failure !== undefined);
});

test.each([
  ['$.status', 'up', undefined],
  ['status', 'up', undefined],
  ['$.checks[0].ok', true, undefined],
  ['checks.0.ms', 3.5, undefined],
  ['$.checks[0].note', null, undefined],
  ["$['a.b'].u", 1, undefined],
  ['$.checks[0].ok', 'true', 'the body has something else than "true" at $["checks"]["0"]["ok"]'],
  ['$.status', 'down', 'the body has something else than "down" at $["status"]'],
  ['$.checks[1].ok', true, 'the body has nothing at $["checks"]["1"]["ok"]'],
  ['$.toString', 'x', 'the body has nothing at $["toString"]'],
  ['$.checks.length', 1, 'the body has nothing at $["checks"]["length"]'],
])('what is at %s of the JSON is held against %j', async (path, equals, failure) => {
  const { url } = await serveText(ANSWER);
  const result = await ask(url, { expect: { json: [{ path, equals }] } });
  expect(result.failure).toBe(failure);
  // As for blackbox_exporter: it is no pattern.
  expect(result.details.failedByPattern).toBe(false);
});

test('a body that is no JSON, or too long for it, is told', async () => {
  const json = [{ path: '$', equals: 'x' }];
  const short = await serveText('HTTP/1.1 200 OK\r\n\r\n<html>');
  expect((await ask(short.url, { expect: { json } })).failure).toBe('the body is no JSON');
  const long = await serveText(`HTTP/1.1 200 OK\r\n\r\n"${'x'.repeat(600_000)}"`);
  expect((await ask(long.url, { expect: { json } })).failure).toBe('the body is too long to be read as JSON');
  const deep = await serveText(`HTTP/1.1 200 OK\r\n\r\n${'['.repeat(500_000)}`);
  expect((await ask(deep.url, { expect: { json } })).failure).toBe('the body is no JSON');
});

test('a wrong status is told before a pattern is tried', async () => {
  const { url } = await serveText(ANSWER.replace('200 OK', '500 Oops'));
  const result = await ask(url, { expect: { body: 'gone' } });
  expect([result.failure, result.details.failedByPattern]).toEqual(['status 500, expected 200-299', false]);
});

test('an answer without TLS can be what is not wanted', async () => {
  const { url } = await serveText(ANSWER);
  expect((await ask(url, { expect: { tls: true } })).failure).toBe('answered without TLS');
  expect((await ask(url, { expect: { tls: false } })).success).toBe(true);
});

test.each(['(a+)+$', '(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
  'the pattern %s, which explodes elsewhere, takes less than 20 ms on the longest body',
  (source) => {
    const body = `${'a'.repeat(512 * 1024 - 1)}!`;
    const pattern = compilePattern(source);
    const times = Array.from({ length: 10 }, () => {
      const since = process.cpuUsage();
      expect(pattern.test(body)).toBe(false);
      const { user, system } = process.cpuUsage(since);
      return (user + system) / 1000;
    });
    // Of processor time, and the least of it: other threads of this process may work in between.
    expect(Math.min(...times)).toBeLessThan(20);
  },
);

const COMPRESSED = gzipSync(Buffer.alloc(100 * 1024 * 1024, 'a'));

test('a compressed bomb is cut', async () => {
  const { url } = await serveRaw((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${COMPRESSED.length}\r\n\r\n`);
    socket.end(COMPRESSED);
  });
  const before = process.memoryUsage().rss;
  const result = await ask(url, { compression: 'gzip', expect: { body: '^a+$' } });
  expect(result).toMatchObject({ success: true, details: { http: { uncompressedBodyBytes: 512 * 1024 } } });
  expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
});
