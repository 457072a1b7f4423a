import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { outcome, runProbe } from '../../bed/run-probe.ts';
import { answering, type OddServer, startOddServer } from './odd-server.ts';

const probe = (target: string, options: object = {}, timeoutMs = 5000) =>
  runProbe({ kind: 'mysql', target, options, timeoutMs });

type Bytes = string | Uint8Array;
const join = (...parts: readonly Bytes[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
const packet = (sequence: number, ...parts: readonly Bytes[]) => {
  const payload = join(...parts);
  return join(Buffer.of(payload.length & 0xff, payload.length >> 8, 0, sequence), payload);
};
const error = (number: number) => [Buffer.of(0xff, number & 0xff, number >> 8), '#08004pas5word is wrong'] as const;
const greeting = ({ version = '8.0.36', protocol = 10 } = {}) =>
  packet(
    0,
    Buffer.of(protocol),
    version,
    '\0\x07\0\0\0saltsalt\0\xff\xf7\x2d\x02\0\xff\xdf\x15',
    Buffer.alloc(10),
    'saltsaltsalt\0',
  );
const OK = Buffer.of(0, 0, 0, 2, 0, 0, 0);
const changeTo = (plugin: string) => join(Buffer.of(0xfe), plugin, '\0saltsaltsaltsaltsalt\0');

/** Greets, and answers each packet that comes with the next of these. */
const serving = (...answers: readonly (readonly Bytes[])[]): Promise<OddServer> => {
  let sequence = 2;
  const next = [...answers];
  return startOddServer({
    connection: (socket) => void socket.write(greeting()),
    chunk: (socket: Socket) => {
      const answer = next.shift();
      if (answer !== undefined) socket.write(packet(sequence, ...answer));
      sequence += 2;
    },
  });
};

const head = (capabilities: string) => `${capabilities}\0\x10\0\0\x2d${'\0'.repeat(23)}`;
const login = packet(1, head('\x01\x82\x08\0'), 'harborlight\0\0mysql_native_password\0').toString('latin1');

test.each([
  [1045, 'up'],
  [1044, 'up'],
  [1698, 'up'],
  [4151, 'up'],
  [1040, 'it answers error 1040: too many connections'],
  [1053, 'it answers error 1053: it is shutting down'],
  [3159, 'it answers error 3159: it takes connections by TLS only'],
  [1105, 'it answers error 1105'],
])('the login is answered with %s: %s', async (number, expected) => {
  const server = await serving(error(number));
  const result = await probe(server.address);
  expect(outcome(result)).toBe(expected);
  expect(JSON.stringify(result)).not.toContain('pas5word');
  expect(Object.keys(result.details).sort()).toEqual(['address', 'lookup']);
  await server.untilLeft();
  expect(server.received()).toBe(login);
});

test.each([
  [1040, 'it answers error 1040: too many connections'],
  [1129, 'it answers error 1129: it has blocked this host for interrupted connections, until FLUSH HOSTS'],
  [1130, 'up'],
])('instead of a greeting %s comes: %s', async (number, expected) => {
  const server = await startOddServer({ connection: (socket) => void socket.end(packet(0, ...error(number))) });
  expect(outcome(await probe(server.address))).toBe(expected);
  expect(server.received()).toBe('');
});

test('a session that it is given it ends in words', async () => {
  const server = await serving([OK]);
  expect(outcome(await probe(server.address))).toBe('up');
  await server.untilLeft();
  expect(server.received()).toBe(`${login}\x01\0\0\0\x01`);
});

test.each([
  ['mysql_native_password', ''],
  ['client_ed25519', '\0'.repeat(64)],
  ['caching_sha2_password', '\0'],
  ['dialog', '\0'],
])('a login by %s is answered without a password', async (plugin, answer) => {
  const server = await serving([changeTo(plugin)], error(1045));
  expect(outcome(await probe(server.address))).toBe('up');
  await server.untilLeft();
  expect(server.received()).toBe(login + packet(3, answer).toString('latin1'));
});

test('a switch to the way of before 4.1, and further questions, are answered too', async () => {
  const server = await serving([Buffer.of(0xfe)], [Buffer.of(0x01, 0x04)], ['\x05Password: '], error(1045));
  expect(outcome(await probe(server.address))).toBe('up');
  await server.untilLeft();
  const answers = join(packet(3, ''), packet(5, '\0'), packet(7, '\0'));
  expect(server.received()).toBe(login + answers.toString('latin1'));
});

test('questions without end are not answered for ever', async () => {
  const server = await serving(...Array<readonly Bytes[]>(20).fill([Buffer.of(0x01, 0x04)]));
  expect(outcome(await probe(server.address))).toBe('nothing is settled after 10 rounds of the login');
  await server.untilLeft();
});

test('where it should speak TLS and cannot, the login is brought to its end all the same', async () => {
  const server = await serving(error(1045));
  expect(outcome(await probe(server.address, { tls: { verify: true } }))).toBe('it speaks no TLS');
  await server.untilLeft();
  expect(server.received()).toBe(login);
});

test('a version is told, anything else that stands in its place is not', async () => {
  const steps = async (version: string) => {
    const server = await startOddServer({ connection: (socket) => void socket.write(greeting({ version })) });
    return (await probe(server.address, {}, 200)).steps.map(({ text }) => text);
  };
  expect(await steps('5.5.5-10.11.6-MariaDB-1:10.11.6+maria~ubu')).toContain(
    'it is 5.5.5-10.11.6-MariaDB-1:10.11.6+maria~ubu',
  );
  expect(await steps('<b>pas5word')).toContain('it is a server without a readable version');
});

test.each([
  ['another protocol', 'SSH-2.0-pas5word\r\n', 'the answer is not one of MySQL'],
  ['an empty packet', Buffer.of(0, 0, 0, 0), 'the answer is not one of MySQL'],
  ['a packet that is too long', Buffer.of(0xff, 0xff, 0xff, 0), 'the answer is not one of MySQL'],
  ['a greeting of before 3.21', greeting({ protocol: 9 }), 'the greeting is not one of MySQL'],
  ['a greeting that is cut', packet(0, '\x0a8.0.36\0\x07\0'), 'the greeting is not one of MySQL'],
  ['a greeting whose version does not end', packet(0, '\x0a8.0.36'), 'the greeting is not one of MySQL'],
  ['an error without a number', packet(0, Buffer.of(0xff, 0x10)), 'it answers an error without a code'],
  ['half a greeting', greeting().subarray(0, 20), 'no result within 0.2 s'],
])('%s', async (_case, bytes, expected) => {
  const server = await startOddServer({ connection: (socket) => void socket.write(bytes) });
  const result = await probe(server.address, {}, expected.startsWith('no result') ? 200 : 5000);
  expect(outcome(result)).toBe(expected);
  expect(JSON.stringify(result)).not.toContain('pas5word');
  await server.untilLeft();
});

test('a server that waits to be spoken to is none of MySQL', async () => {
  const server = await answering('+PONG\r\n');
  expect(outcome(await probe(server.address, {}, 200))).toBe('no result within 0.2 s');
  await server.untilLeft();
  expect(server.received()).toBe('');
});
