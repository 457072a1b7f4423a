import { expect, test } from 'vitest';
import { outcome, runProbe } from '../../bed/run-probe.ts';
import { answering, sendEndlessly, startOddServer } from './odd-server.ts';

const probe = (target: string, options: object = {}, timeoutMs = 5000) =>
  runProbe({ kind: 'postgres', target, options, timeoutMs });

const message = (type: string, body: string | readonly number[] = '') => {
  const bytes = Buffer.from(typeof body === 'string' ? Buffer.from(body, 'latin1') : body);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length + 4);
  return Buffer.concat([Buffer.from(type), length, bytes]);
};
const error = (code: string) => message('E', `SFATAL\0VFATAL\0C${code}\0Mpas5word is wrong\0Fauth.c\0\0`);
const authentication = (method: number) => message('R', [0, 0, 0, method, 1, 2, 3, 4]);

test.each([
  [
    'no password is needed',
    [authentication(0), message('S', 'a\0b\0'), message('K', 'xxxxxxxx'), message('Z', 'I')],
    'up',
  ],
  ['a password is', [authentication(3)], 'up'],
  ['a password by SCRAM is', [authentication(10)], 'up'],
  ['a login nobody knows is', [authentication(99)], 'up'],
  ['a notice, then a password', [message('N', 'Mhello\0\0'), authentication(5)], 'up'],
  ['the login is refused', [error('28000')], 'up'],
  ['the password is', [error('28P01')], 'up'],
  ['no such database', [error('3D000')], 'up'],
  ['in, but then refused', [authentication(0), error('28000')], 'up'],
  ['starting', [error('57P03')], 'it answers error 57P03: it is starting up, shutting down or recovering'],
  ['full', [error('53300')], 'it answers error 53300: too many clients'],
  ['full but for a superuser', [authentication(0), error('53300')], 'it answers error 53300: too many clients'],
  ['out of memory', [error('53200')], 'it answers error 53200: it lacks resources'],
  ['another error', [error('42501')], 'it answers error 42501'],
  ['a code that is none', [error('pas5w')], 'it answers an error without a code'],
  ['an error without fields', [message('E')], 'it answers an error without a code'],
  [
    'no process for us',
    ['Ecould not fork new process for connection: pas5word\n\0'],
    'it answers an error without a code',
  ],
  ['another protocol', ['HTTP/1.1 400 pas5word\r\n\r\n'], 'the answer is not one of PostgreSQL'],
  [
    'a message that is too long',
    [Buffer.of(0x53, 0x7f, 0, 0, 0)],
    'a message of 2130706428 bytes is not one of PostgreSQL',
  ],
  ['one that is too short', [Buffer.of(0x52, 0, 0, 0, 4)], 'a message of 0 bytes is not one of PostgreSQL'],
  ['one of a negative length', [Buffer.of(0x5a, 0, 0, 0, 0)], 'a message of -4 bytes is not one of PostgreSQL'],
  ['silence', [''], 'no result within 0.2 s'],
  ['half a message', [authentication(0), Buffer.of(0x5a, 0)], 'no result within 0.2 s'],
])('%s', async (_case, answers, expected) => {
  const server = await answering(Buffer.concat(answers.map((answer) => Buffer.from(answer))));
  const result = await probe(server.address, {}, expected.startsWith('no result') ? 200 : 5000);
  expect(outcome(result)).toBe(expected);
  expect(JSON.stringify(result)).not.toContain('pas5word');
  expect(Object.keys(result.details).sort()).toEqual(['address', 'lookup']);
  await server.untilLeft();
});

const startup = '\0\0\0\x2c\0\x03\0\0user\0harborlight\0database\0postgres\0\0';

test('begins a session, and ends it in words when it is let in', async () => {
  const server = await answering(Buffer.concat([authentication(0), message('Z', 'I')]));
  expect(outcome(await probe(server.address))).toBe('up');
  await server.untilLeft();
  expect(server.received()).toBe(`${startup}X\0\0\0\x04`);
});

test('ends a login that it cannot go on with without a word', async () => {
  const server = await answering(authentication(10));
  expect(outcome(await probe(server.address))).toBe('up');
  await server.untilLeft();
  expect(server.received()).toBe(startup);
});

test('messages that settle nothing are not read for ever', async () => {
  const notices = Buffer.concat(Array<Buffer>(1000).fill(message('N', 'Mhello\0\0')));
  const server = await startOddServer({ connection: (socket) => sendEndlessly(socket, notices) });
  expect(outcome(await probe(server.address))).toBe('nothing is settled after 100 messages');
  await server.untilLeft();
});

test('the end in the middle of a message is told as that', async () => {
  const server = await startOddServer({ chunk: (socket) => void socket.end(error('57P03').subarray(0, 9)) });
  expect(outcome(await probe(server.address))).toBe('connection closed before the answer was complete');
});

test.each([
  ['N', 'it speaks no TLS'],
  ['E', 'the answer to the request for TLS is not one of PostgreSQL'],
  // What follows was not sent by TLS, and would be taken for it.
  ['SR\0\0\0\x08\0\0\0\x03', 'more than an answer came before TLS'],
])('%j to the request for TLS: %s', async (answer, expected) => {
  const server = await answering(answer);
  expect(outcome(await probe(server.address, { tls: { verify: true } }))).toBe(expected);
  await server.untilLeft();
  expect(server.received()).toBe('\0\0\0\x08\x04\xd2\x16\x2f');
});
