import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, type DecodedPacket, decode, encode, streamEncode } from 'dns-packet';
import { describe, expect, onTestFinished, test } from 'vitest';
import { outcomeOf, runConfigured } from '../../bed/configured-probe.ts';
import { serveTcp } from './serve-tcp.ts';

const run = (address: string, options: object = {}, timeoutMs = 5000) =>
  runConfigured({ probe: { kind: 'dns', address, query_name: 'shop.example', ...options }, timeoutMs });

interface Asked {
  readonly query: DecodedPacket;
  readonly reply: (message: Buffer) => void;
}

/** A name server on loopback that does with a question what it is told. */
const serveUdp = async (handle: (asked: Asked) => void): Promise<string> => {
  const socket = createSocket('udp4');
  socket.on('message', (message, { address, port }) => {
    handle({ query: decode(message), reply: (answer) => socket.send(answer, port, address) });
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
};

const record: Answer = { type: 'A', name: 'shop.example', ttl: 60, class: 'IN', data: '192.0.2.1' };
const answerTo = ({ id, questions }: DecodedPacket, answers: Answer[] = [record], flags = 0): Buffer =>
  encode({ type: 'response', id: id ?? 0, flags, questions: questions ?? [], answers });

describe('an answer over udp', () => {
  test('is counted', async () => {
    const address = await serveUdp(({ query, reply }) => reply(answerTo(query, [record, record])));
    const result = await run(address);
    expect(outcomeOf(result)).toBe('up');
    expect(result.details.dns).toMatchObject({ querySucceeded: true, answerRecords: 2, authorityRecords: 0 });
    expect(result.details.dns).not.toHaveProperty('serial');
  });
  test('of another number is not taken, and the right one is still waited for', async () => {
    const address = await serveUdp(({ query, reply }) => {
      reply(answerTo({ ...query, id: ((query.id ?? 0) + 1) % 65_536 }, []));
      reply(answerTo(query));
    });
    expect((await run(address)).details.dns?.answerRecords).toBe(1);
  });
  test('from another port is not taken', async () => {
    const stranger = createSocket('udp4');
    onTestFinished(() => void stranger.close());
    const socket = createSocket('udp4');
    socket.on('message', (message, { address, port }) => stranger.send(answerTo(decode(message)), port, address));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    const result = await run(`127.0.0.1:${socket.address().port}`, {}, 300);
    expect(outcomeOf(result)).toBe('no result within 0.3 s');
    expect(result.details.dns?.querySucceeded).toBe(false);
  });
  test('that is the question itself is not taken', async () => {
    const address = await serveUdp(({ query, reply }) => reply(encode({ ...query, type: 'query' })));
    expect(outcomeOf(await run(address, {}, 300))).toBe('no result within 0.3 s');
  });
  test('to another question fails', async () => {
    const address = await serveUdp(({ query, reply }) => {
      reply(answerTo({ ...query, questions: [{ type: 'A', name: 'other.example' }] }));
    });
    expect(outcomeOf(await run(address))).toBe('the answer is to another question');
  });
  test('that breaks off within a record fails', async () => {
    const address = await serveUdp(({ query, reply }) => reply(answerTo(query).subarray(0, -2)));
    const result = await run(address);
    expect(outcomeOf(result)).toBe('the answer cannot be read');
    expect(result.details.dns?.querySucceeded).toBe(false);
  });
  test('that never comes fails by its deadline', async () => {
    const address = await serveUdp(() => undefined);
    expect(outcomeOf(await run(address, {}, 200))).toBe('no result within 0.2 s');
  });
  test('that is cut is taken as it is, and the steps say so', async () => {
    const TRUNCATED = 0x0200;
    const address = await serveUdp(({ query, reply }) => reply(answerTo(query, [record], TRUNCATED)));
    const result = await run(address);
    expect(outcomeOf(result)).toBe('up');
    expect(result.steps.map(({ text }) => text)).toContain('the answer is cut: it is too long for udp');
  });
  test('with another code than is expected fails', async () => {
    const address = await serveUdp(({ query, reply }) => reply(answerTo(query, [], 3)));
    expect(outcomeOf(await run(address))).toBe('the server says NXDOMAIN, expected NOERROR');
    expect(outcomeOf(await run(address, { expect: { rcode: ['NOERROR', 'NXDOMAIN'] } }))).toBe('up');
  });
});

describe('an answer over tcp', () => {
  /** Reads a whole question; `answer` says what to send. */
  const serve = (answer: (query: DecodedPacket) => readonly Buffer[]) =>
    serveTcp((socket) => {
      socket.once('data', (data) => {
        for (const piece of answer(decode(data, 2))) socket.write(piece);
        socket.end();
      });
    });
  const tcp = { transport: 'tcp' };

  test('is read from its pieces', async () => {
    const { address } = await serve(({ id = 0, questions = [] }) => {
      const bytes = streamEncode({ type: 'response', id, questions, answers: [record] });
      return [bytes.subarray(0, 1), bytes.subarray(1, 20), bytes.subarray(20)];
    });
    expect(outcomeOf(await run(address, tcp))).toBe('up');
  });
  test('of another number fails', async () => {
    const { address } = await serve(({ id = 0 }) => [
      streamEncode({ type: 'response', id: (id + 1) % 65_536, answers: [] }),
    ]);
    expect(outcomeOf(await run(address, tcp))).toBe('what came was no answer to the question');
  });
  test('that breaks off fails', async () => {
    const { address } = await serve(() => [Buffer.from([0, 200, 1, 2, 3])]);
    expect(outcomeOf(await run(address, tcp))).toBe('connection closed before the answer');
  });
  test('that is no message fails', async () => {
    const { address } = await serve(() => [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(1000))]);
    expect(outcomeOf(await run(address, tcp))).toBe('what came was no answer to the question');
  });
});

describe('patterns', () => {
  const records: Answer[] = [record, { ...record, data: '192.0.2.2' }];
  test.each([
    [{ every: '192\\.0\\.2\\.\\d$' }, 'up'],
    [{ every: ['IN', '192\\.0\\.2\\.1$'] }, 'one of the answers does not match'],
    [{ some: ['nobody', '192\\.0\\.2\\.2$'] }, 'up'],
    [{ some: 'nobody' }, 'none of the answers matches'],
    [{ none: 'nobody' }, 'up'],
    [{ none: '192\\.0\\.2\\.2$' }, 'one of the answers matches what none should'],
  ])('on the answers as in %j come to %s', async (answers, outcome) => {
    const address = await serveUdp(({ query, reply }) => reply(answerTo(query, records)));
    expect(outcomeOf(await run(address, { expect: { answers } }))).toBe(outcome);
  });
  test.each([
    [{ every: 'x' }, 'there are no answers'],
    [{ some: 'x' }, 'none of the answers matches'],
    [{ none: 'x' }, 'up'],
  ])('on no answers as in %j come to %s', async (answers, outcome) => {
    const address = await serveUdp(({ query, reply }) => reply(answerTo(query, [])));
    expect(outcomeOf(await run(address, { expect: { answers } }))).toBe(outcome);
  });
  test.each<readonly [Answer, string]>([
    [record, 'shop.example.\t60\tIN\tA\t192.0.2.1'],
    [{ ...record, type: 'AAAA', data: '2001:db8::1' }, 'shop.example.\t60\tIN\tAAAA\t2001:db8::1'],
    [{ ...record, type: 'CNAME', data: 'www.example' }, 'shop.example.\t60\tIN\tCNAME\twww.example.'],
    [
      { ...record, type: 'MX', data: { preference: 10, exchange: 'mx.example' } },
      'shop.example.\t60\tIN\tMX\t10 mx.example.',
    ],
    [
      { ...record, type: 'SRV', data: { priority: 1, weight: 2, port: 80, target: 'a.example' } },
      'shop.example.\t60\tIN\tSRV\t1 2 80 a.example.',
    ],
    [{ ...record, type: 'TXT', data: ['v=1', 'say "x"'] }, 'shop.example.\t60\tIN\tTXT\t"v=1" "say \\"x\\""'],
    [
      { ...record, type: 'CAA', data: { flags: 0, tag: 'issue', value: 'ca.example' } },
      'shop.example.\t60\tIN\tCAA\t0 issue "ca.example"',
    ],
    [
      { ...record, type: 'DS', data: { keyTag: 1, algorithm: 13, digestType: 2, digest: Buffer.from([0xab, 1]) } },
      'shop.example.\t60\tIN\tDS\t1 13 2 AB01',
    ],
    [
      {
        ...record,
        type: 'SOA',
        data: { mname: 'ns.example', rname: 'ops.example', serial: 7, refresh: 1, retry: 2, expire: 3, minimum: 4 },
      },
      'shop.example.\t60\tIN\tSOA\tns.example. ops.example. 7 1 2 3 4',
    ],
  ])('look at %j as a zone file has it', async (answer, text) => {
    const address = await serveUdp(({ query, reply }) => reply(answerTo(query, [answer])));
    const escaped = text.replace(/[\\.*+?^${}()|[\]]/g, '\\$&');
    const expected = { answers: { every: `^${escaped}$` } };
    expect(outcomeOf(await run(address, { query_type: answer.type, expect: expected }))).toBe('up');
  });
});

describe('a name', () => {
  test.each([
    ['shop.example.', 'shop.example'],
    ['Köln.example', 'xn--kln-sna.example'],
    ['_sip._tcp.shop.example', '_sip._tcp.shop.example'],
    ['*.shop.example', '*.shop.example'],
    ['.', '.'],
  ])('%s is asked for as %s', async (name, asked) => {
    const names: string[] = [];
    const address = await serveUdp(({ query, reply }) => {
      names.push(...(query.questions ?? []).map((question) => question.name));
      reply(answerTo(query));
    });
    expect(outcomeOf(await run(address, { query_name: name }))).toBe('up');
    expect(names).toEqual([asked]);
  });
});

test('recursion is wanted unless it is not', async () => {
  const wanted: boolean[] = [];
  const address = await serveUdp(({ query, reply }) => {
    wanted.push(query.flag_rd);
    reply(answerTo(query));
  });
  await run(address);
  await run(address, { recursion: false });
  expect(wanted).toEqual([true, false]);
});

test('the serial number of a question for it is 0 where the answer has none', async () => {
  const address = await serveUdp(({ query, reply }) => reply(answerTo(query, [])));
  expect((await run(address, { query_type: 'SOA' })).details.dns?.serial).toBe(0);
});
