import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { outcomeOf, runConfigured } from '../../bed/configured-probe.ts';
import { freePort } from '../../bed/free-port.ts';
import { serveTcp } from './serve-tcp.ts';

const run = (address: string, options: object = {}, timeoutMs = 5000) =>
  runConfigured({ probe: { kind: 'tcp', address, ...options }, timeoutMs });

/** Answers each line with what `answers` has for it. */
const answering = (greeting: string, answers: Readonly<Record<string, string>>) => (socket: Socket) => {
  socket.write(greeting);
  socket.on('data', (data) => {
    for (const line of data.toString().split('\r\n').filter(Boolean)) socket.write(answers[line] ?? '500 what\r\n');
  });
};

describe('a connection', () => {
  test('that is made is enough', async () => {
    const { address } = await serveTcp(() => undefined);
    const result = await run(address);
    expect(outcomeOf(result)).toBe('up');
    expect(result.details).toMatchObject({
      failedByPattern: false,
      tcp: { failedByBytes: false },
      address: { family: 4 },
    });
  });
  test('that is refused fails, and says nothing of patterns', async () => {
    const result = await run(`127.0.0.1:${await freePort()}`);
    expect(outcomeOf(result)).toBe('connection refused');
    expect(result.details).not.toHaveProperty('tcp');
    expect(result.details).not.toHaveProperty('failedByPattern');
  });
  test('to an address that is refused is not made', async () => {
    let connections = 0;
    const { address } = await serveTcp(() => connections++);
    const network = { refuses: (ip: string) => (ip === '127.0.0.1' ? 'loopback' : undefined) };
    const result = await runConfigured({ probe: { kind: 'tcp', address }, network });
    expect(outcomeOf(result)).toBe('127.0.0.1 is refused: loopback');
    expect(connections).toBe(0);
  });
  test('is closed after a failure as after a success', async () => {
    const server = await serveTcp((socket) => socket.write('hello\n'));
    await run(server.address, { send_expect: [{ expect: '^hello$' }] });
    await run(server.address, { starttls: 'smtp' });
    await run(server.address, { tls: {} }, 300);
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });
});

describe('a conversation', () => {
  test('sends and expects in order, reading on to the line that matches', async () => {
    const { address } = await serveTcp(answering('* one\r\n* two\r\n', { PING: 'noise\r\n+PONG\r\n', BYE: 'bye\r\n' }));
    const steps = [{ expect: 'two$' }, { send: 'PING\r\n', expect: '^\\+PONG$' }, { send: 'BYE\r\n', expect: '^bye$' }];
    const result = await run(address, { send_expect: steps });
    expect(outcomeOf(result)).toBe('up');
    expect(result.details.failedByPattern).toBe(false);
  });
  test('tells nobody what was said', async () => {
    const { address } = await serveTcp(answering('s3cret greeting\r\n', {}));
    const result = await run(
      address,
      { send_expect: [{ expect: 's3cret' }, { send: 'AUTH s3cret\r\n', expect: '^\\+OK' }] },
      300,
    );
    expect(result.success).toBe(false);
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });
  test('sends what is in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tcp-test-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'login'), 'AUTH s3cret\r\n');
    const { address } = await serveTcp(answering('', { 'AUTH s3cret': '+OK\r\n' }));
    const steps = [{ send_file: join(folder, 'login'), expect: '^\\+OK$' }];
    expect(outcomeOf(await run(address, { send_expect: steps }))).toBe('up');
  });
  test('matches a last line that nothing ends', async () => {
    const { address } = await serveTcp((socket) => socket.end('ready'));
    expect(outcomeOf(await run(address, { send_expect: [{ expect: '^ready$' }] }))).toBe('up');
  });
  test('fails by its pattern when the connection ends without a match', async () => {
    const { address } = await serveTcp((socket) => socket.end('220 other\r\n'));
    const result = await run(address, { send_expect: [{ expect: '^250 ' }] });
    expect(outcomeOf(result)).toBe('step 1 of 1: the connection ended before a line matched');
    expect(result.details.failedByPattern).toBe(true);
  });
  test('fails by its deadline when nothing comes, and not by its pattern', async () => {
    const { address } = await serveTcp(() => undefined);
    const result = await run(address, { send_expect: [{ expect: '^220 ' }] }, 200);
    expect(outcomeOf(result)).toBe('no result within 0.2 s');
    expect(result.details.failedByPattern).toBe(false);
  });
  test('fails when the target resets it', async () => {
    const { address } = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const result = await run(address, { send_expect: [{ send: 'PING\r\n', expect: '^\\+PONG$' }] });
    expect(outcomeOf(result)).toBe('connection reset by the target');
  });
  test('reads characters that come in pieces', async () => {
    const { address } = await serveTcp((socket) => {
      const bytes = Buffer.from('größe ok\r\n');
      const next = (at: number) => {
        if (at < bytes.length) socket.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1));
      };
      next(0);
    });
    expect(outcomeOf(await run(address, { send_expect: [{ expect: '^größe ok$' }] }))).toBe('up');
  });
});

describe('endless input', () => {
  /** As fast as the other side takes it. */
  const endless = (piece: string) => {
    let sent = 0;
    const handle = (socket: Socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write(piece)) sent += piece.length;
      };
      socket.on('drain', more);
      more();
    };
    return { handle, sent: () => sent };
  };

  test.each([
    ['without a line feed', 'x'.repeat(1024), 'a line of more than 8 KiB came'],
    ['of long lines', `${'x'.repeat(1023)}\n`, 'more than 512 KiB came'],
    ['of empty lines', '\n'.repeat(1024), 'more than 10000 lines came'],
  ])('%s ends a conversation early', async (_what, piece, failure) => {
    const { handle } = endless(piece);
    const { address } = await serveTcp(handle);
    const result = await run(address, { send_expect: [{ expect: '^nothing$' }] });
    expect(outcomeOf(result)).toBe(failure);
    expect(result.durationSeconds).toBeLessThan(2);
  });
  test('that nobody asked for is not read', async () => {
    const { handle, sent } = endless('x'.repeat(65_536));
    const { address } = await serveTcp(handle);
    // TLS that never begins: what comes is no handshake.
    expect(outcomeOf(await run(address, { starttls: 'postgres' }))).toMatch(/^no PostgreSQL came/);
    expect(sent()).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('STARTTLS', () => {
  test.each([
    ['smtp', '220 x\r\n', {}, 'status 500 in answer to EHLO, expected 250'],
    ['smtp', '554 go away\r\n', {}, 'status 554 in answer to its greeting, expected 220'],
    ['smtp', 'SSH-2.0-x\r\n', {}, 'no SMTP came in answer to its greeting'],
    ['smtp', '220 x\r\n', { 'EHLO [127.0.0.1]': '250-x\r\n250 SIZE\r\n' }, 'the target offers no STARTTLS'],
    [
      'smtp',
      '220 x\r\n',
      { 'EHLO [127.0.0.1]': '250-x\r\n250 STARTTLS\r\n', STARTTLS: '454 not now\r\n' },
      'status 454 in answer to STARTTLS, expected 220',
    ],
    ['imap', '* BYE busy\r\n', {}, 'no greeting of IMAP came'],
    ['imap', '* OK x\r\n', { 'a1 STARTTLS': '* note\r\na1 BAD no\r\n' }, 'the target refuses STARTTLS'],
  ])('of %s after %j fails where it is not to be had', async (starttls, greeting, answers, failure) => {
    const { address } = await serveTcp(answering(greeting, answers));
    expect(outcomeOf(await run(address, { starttls }))).toBe(failure);
  });
  test.each([
    ['N', 'the target offers no TLS'],
    ['E', 'no PostgreSQL came in answer to the request for TLS'],
  ])('of postgres fails where the answer is %s', async (answer, failure) => {
    const { address } = await serveTcp((socket) => socket.once('data', () => socket.write(answer)));
    expect(outcomeOf(await run(address, { starttls: 'postgres' }))).toBe(failure);
  });
  test.each([
    ['smtp', '220 x\r\n', { 'EHLO [127.0.0.1]': '250 STARTTLS\r\n', STARTTLS: '220 go\r\n250 injected\r\n' }],
    ['imap', '* OK x\r\n', { 'a1 STARTTLS': 'a1 OK go\r\n* OK injected\r\n' }],
  ])('of %s does not believe what is said in the clear behind it', async (starttls, greeting, answers) => {
    const { address } = await serveTcp(answering(greeting, answers));
    expect(outcomeOf(await run(address, { starttls }))).toBe('the target went on in the clear where TLS begins');
  });
  test('ends when the connection does', async () => {
    const { address } = await serveTcp((socket) => socket.end('220 x\r\n'));
    expect(outcomeOf(await run(address, { starttls: 'smtp' }))).toMatch(
      /^connection (closed in answer to EHLO|reset|closed by)/,
    );
  });
});

describe('TLS', () => {
  test('with a target that does not speak it fails', async () => {
    const { address } = await serveTcp((socket) => socket.end('220 hello\r\n'));
    const result = await run(address, { tls: {} });
    expect(outcomeOf(result)).toMatch(/^no TLS: /);
    expect(result.details).not.toHaveProperty('tcp');
  });
  test('with a target that says nothing fails by its deadline', async () => {
    const { address } = await serveTcp(() => undefined);
    expect(outcomeOf(await run(address, { tls: {} }, 200))).toBe('no result within 0.2 s');
  });
});
