import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { runAttempt } from '../../../../exporter/probes/attempt.ts';
import { confineTo } from '../../../../exporter/probes/labels/confine.ts';
import { connectTcp } from '../../../../exporter/probes/net/connect.ts';
import type { Lookup } from '../../../../exporter/probes/net/lookup.ts';
import { resolveTarget } from '../../../../exporter/probes/net/network.ts';

const REFUSED = 'labels lead to their own container only';
const { signal } = new AbortController();
const noLookup: Lookup = (name) => Promise.reject(new Error(`${name} was looked up`));

test('an address that is none of the container is refused, however it is written', () => {
  const { refuses } = confineTo({ host: '172.17.0.2', port: 80 }, noLookup);
  expect(refuses('172.17.0.2')).toBeUndefined();
  for (const other of ['172.17.0.3', '127.0.0.1', '::1', '::ffff:172.17.0.3', '', 'localhost'])
    expect(refuses(other)).toBe(REFUSED);
  const v6 = confineTo({ host: 'fd00::2', port: 80 }, noLookup);
  expect(v6.refuses('fd00:0:0:0:0:0:0:2')).toBeUndefined();
  expect(v6.refuses('fd00::3')).toBe(REFUSED);
});

test('no name is looked up for a container that has an address', async () => {
  await expect(
    confineTo({ host: '172.17.0.2', port: 80 }, noLookup).lookup('evil.example', 4, signal),
  ).resolves.toEqual([]);
});

test('of a remote engine only the name in its URL is looked up, and only what that gives is connected to', async () => {
  const asked: string[] = [];
  const lookup: Lookup = (name, family) => {
    asked.push(name);
    return Promise.resolve(family === 4 ? ['192.0.2.7'] : ['2001:db8:0::7']);
  };
  const network = confineTo({ host: 'Edge-2.example', port: 80 }, lookup);
  expect(network.refuses('192.0.2.7')).toBe(REFUSED);
  await expect(network.lookup('evil.example', 4, signal)).resolves.toEqual([]);
  await network.lookup('edge-2.example', 4, signal);
  await network.lookup('edge-2.example', 6, signal);
  expect(asked).toEqual(['edge-2.example', 'edge-2.example']);
  expect(network.refuses('192.0.2.7')).toBeUndefined();
  expect(network.refuses('2001:db8::7')).toBeUndefined();
  expect(network.refuses('192.0.2.8')).toBe(REFUSED);
});

test('R58: a neighbour is not even connected to: neither another port nor another address', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  onTestFinished(() => void server.close());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const go = (allowed: { readonly host: string; readonly port: number }) =>
    runAttempt(
      async (attempt) => {
        const { address } = await resolveTarget(attempt, '127.0.0.1', 'ip4');
        await connectTcp(attempt, { address, port });
      },
      { timeoutMs: 2000, network: confineTo(allowed, noLookup), signal },
    );
  expect(await go({ host: '127.0.0.1', port: port - 1 })).toMatchObject({ failure: `port ${port} is refused` });
  expect(await go({ host: '127.0.0.2', port })).toMatchObject({ failure: `127.0.0.1 is refused: ${REFUSED}` });
  expect(connections).toBe(0);
  expect(await go({ host: '127.0.0.1', port })).toMatchObject({ success: true });
});
