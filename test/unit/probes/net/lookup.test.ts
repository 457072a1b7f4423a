import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';
import { expect, onTestFinished, test } from 'vitest';
import { createLookup } from '../../../../exporter/probes/net/lookup.ts';
import { temporaryFolder } from '../../config/temporary-folder.ts';

/** A name server that knows these addresses; `silent` ones it does not answer at all. */
async function startNameServer(records: Readonly<Record<string, string>>, { silent = false } = {}) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message: Buffer, { port, address }: RemoteInfo) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    if (question === undefined) return;
    asked.push(`${question.type} ${question.name}`);
    if (silent) return;
    const data = records[`${question.type} ${question.name}`];
    const answers = data === undefined ? [] : [{ ...question, ttl: 1, data, class: 'IN' as const }];
    // The types of its records are told apart by `type`, which is the question's.
    const reply = { type: 'response', id, questions, answers, rcode: 'NOERROR' } as unknown as Parameters<
      typeof encode
    >[0];
    socket.send(encode(reply), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked };
}

const signal = () => new AbortController().signal;

function hostsFile(text: string): string {
  return join(temporaryFolder({ hosts: text }), 'hosts');
}

test('the hosts file comes first, its names in any case, and no server is asked', async () => {
  const { server, asked } = await startNameServer({ 'A shop.example': '192.0.2.1' });
  const hostsPath = hostsFile('# table\n10.1.1.1 Shop.Example other # comment\n::5\tshop.example\nnonsense x\n');
  const lookup = createLookup({ servers: [server], hostsPath });
  expect(await lookup('shop.EXAMPLE', 4, signal())).toEqual(['10.1.1.1']);
  expect(await lookup('shop.example.', 6, signal())).toEqual(['::5']);
  expect(asked).toEqual([]);
});

test('a hosts file that changes is read again', async () => {
  const hostsPath = hostsFile('10.1.1.1 shop\n');
  const lookup = createLookup({ servers: [], hostsPath });
  expect(await lookup('shop', 4, signal())).toEqual(['10.1.1.1']);
  writeFileSync(hostsPath, '10.1.1.22 shop\n');
  expect(await lookup('shop', 4, signal())).toEqual(['10.1.1.22']);
});

test('other names are asked of the configured servers', async () => {
  const { server, asked } = await startNameServer({
    'A shop.example': '192.0.2.1',
    'AAAA shop.example': '2001:db8::1',
  });
  const lookup = createLookup({ servers: [server], hostsPath: hostsFile('') });
  expect(await lookup('shop.example', 4, signal())).toEqual(['192.0.2.1']);
  expect(await lookup('shop.example', 6, signal())).toEqual(['2001:db8::1']);
  expect(asked).toEqual(['A shop.example', 'AAAA shop.example']);
});

test('a name without an address has none', async () => {
  const { server } = await startNameServer({});
  const lookup = createLookup({ servers: [server], hostsPath: hostsFile('') });
  expect(await lookup('nobody.example', 4, signal())).toEqual([]);
});

test.each([
  ['localhost', 4, '127.0.0.1'],
  ['shop.localhost', 6, '::1'],
] as const)('%s is never asked of a server', async (name, family, address) => {
  const { server, asked } = await startNameServer({});
  const lookup = createLookup({ servers: [server], hostsPath: '/nowhere/hosts' });
  expect(await lookup(name, family, signal())).toEqual([address]);
  expect(asked).toEqual([]);
});

test('a lookup that nobody answers ends with its signal', async () => {
  const { server, asked } = await startNameServer({}, { silent: true });
  const lookup = createLookup({ servers: [server], hostsPath: hostsFile('') });
  const stopping = new AbortController();
  const looking = lookup('shop.example', 4, stopping.signal);
  await expect.poll(() => asked.length).toBe(1);
  stopping.abort(new Error('the time is up'));
  await expect(looking).rejects.toThrow('the time is up');
});

test('a server that is not there is told with the name', async () => {
  const lookup = createLookup({ servers: ['127.0.0.1:1'], hostsPath: hostsFile('') });
  await expect(lookup('shop.example', 4, signal())).rejects.toThrow(/^shop\.example could not be looked up: e[a-z]+$/);
});
