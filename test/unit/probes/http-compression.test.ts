import { randomBytes } from 'node:crypto';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask, serveRaw } from './http-bed.ts';

const TEXT = 'all is well. '.repeat(100);

const serveBytes = async (encoding: string, bytes: Buffer) => {
  const heads: string[] = [];
  const { url } = await serveRaw((socket, head) => {
    heads.push(head);
    socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${bytes.length}\r\n\r\n`);
    socket.end(bytes);
  });
  return { url, heads };
};

test.each([
  ['gzip', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['deflate', deflateRawSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
] as const)('%s is asked for, and undone', async (compression, bytes) => {
  const { url, heads } = await serveBytes(compression, bytes);
  const result = await ask(url, { compression, expect: { body: '^(all is well. )+$' } });
  expect(result).toMatchObject({
    success: true,
    details: { http: { contentLength: bytes.length, uncompressedBodyBytes: TEXT.length } },
  });
  expect(heads[0]).toContain(`accept-encoding: ${compression}\r\n`);
});

test('what was not asked for stays as it came', async () => {
  const bytes = gzipSync(TEXT);
  const { url, heads } = await serveBytes('gzip', bytes);
  const plain = await ask(url, { expect: { body_not: 'all is well' } });
  const other = await ask(url, { compression: 'br' });
  expect(plain.success && other.success).toBe(true);
  expect(plain.details.http?.uncompressedBodyBytes).toBe(bytes.length);
  expect(other.details.http?.uncompressedBodyBytes).toBe(bytes.length);
  expect(heads[0]).not.toMatch(/accept-encoding/i);
});

test.each([
  ['gzip', Buffer.from('not at all')],
  ['gzip', gzipSync(TEXT).subarray(0, 20)],
  ['deflate', Buffer.from('not at all')],
  ['br', Buffer.from('not at all')],
] as const)('%s that is none, or ends before its end, is a failure', async (compression, bytes) => {
  const { url } = await serveBytes(compression, bytes);
  expect((await ask(url, { compression })).failure).toBe(`the body is not ${compression} as it says`);
});

test.each([
  ['gzip', gzipSync],
  ['br', (text: string) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
] as const)('%s of which more came than is read is undone as far as it was', async (compression, compress) => {
  const { url } = await serveBytes(compression, compress(randomBytes(800_000).toString('latin1')));
  const result = await ask(url, { compression });
  expect(result).toMatchObject({ success: true, details: { http: { uncompressedBodyBytes: 512 * 1024 } } });
});

test('a body of nothing is no compressed one', async () => {
  const { url } = await serveBytes('gzip', Buffer.alloc(0));
  expect((await ask(url, { compression: 'gzip' })).success).toBe(true);
});
