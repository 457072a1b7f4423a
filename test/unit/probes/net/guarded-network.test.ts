import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { runAttempt } from '../../../../exporter/probes/attempt.ts';
import { type Guard, guardedNetwork } from '../../../../exporter/probes/net/guarded-network.ts';
import { createLookup } from '../../../../exporter/probes/net/lookup.ts';
import { resolveTarget } from '../../../../exporter/probes/net/network.ts';
import { tcp } from '../../../../exporter/probes/tcp.ts';
import { startNameServer } from '../../../bed/name-server.ts';
import { temporaryFolder } from '../../config/temporary-folder.ts';

/** Listens on a loopback address and remembers who came. */
async function listen(address: string, port = 0) {
  const seen: Socket[] = [];
  const server = createServer((socket) => {
    seen.push(socket);
    socket.resume();
  });
  server.listen(port, address);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of seen) socket.destroy();
  });
  // A server that listens on TCP has a port.
  return { port: (server.address() as { readonly port: number }).port, connections: () => seen.length };
}

async function nameServer(answers: Parameters<typeof startNameServer>[0]) {
  const server = await startNameServer(answers);
  onTestFinished(() => server.stop());
  return server;
}

interface Run extends Guard {
  readonly target: string;
  readonly server?: string;
}

/** One run of the kind tcp behind the guard. */
function probe({ target, server, ...guard }: Run) {
  const network = guardedNetwork(lookupAt(server), guard);
  const options = z
    .object(tcp.options({ hostname: '', readText: () => Promise.resolve('') }))
    .parse({ ip: 'ip4_only' });
  const signal = new AbortController().signal;
  return runAttempt((attempt) => tcp.run(attempt, target, options), { timeoutMs: 5000, network, signal });
}

function lookupAt(server: string | undefined, hosts = '') {
  const hostsPath = `${temporaryFolder({ hosts })}/hosts`;
  return createLookup({ servers: server === undefined ? [] : [server], hostsPath });
}

test('R59: a name that turns to loopback between two questions is asked for once, and that address is connected to', async () => {
  const allowed = await listen('127.0.0.2');
  const inner = await listen('127.0.0.1', allowed.port);
  const names = await nameServer({ 'rebind.test': [['127.0.0.2'], ['127.0.0.1']] });
  const guard = { targets: ['rebind.test'], allowedAddresses: ['127.0.0.2'], server: names.address };
  const target = `rebind.test:${allowed.port}`;

  expect(await probe({ ...guard, target })).toMatchObject({ success: true });
  expect(names.asked).toEqual(['rebind.test']);
  await expect.poll(allowed.connections).toBe(1);

  const second = await probe({ ...guard, target });
  expect(second).toMatchObject({ success: false, failure: '127.0.0.1 is refused: a loopback address' });
  expect(names.asked).toEqual(['rebind.test', 'rebind.test']);
  expect(inner.connections()).toBe(0);
});

test('of several addresses the first is judged, and no other tried when it is refused', async () => {
  const inner = await listen('127.0.0.1');
  const names = await nameServer({ 'two.test': [['127.0.0.1', '127.0.0.2']] });
  const result = await probe({
    targets: ['two.test'],
    allowedAddresses: ['127.0.0.2'],
    server: names.address,
    target: `two.test:${inner.port}`,
  });
  expect(result).toMatchObject({ success: false, failure: '127.0.0.1 is refused: a loopback address' });
  expect(inner.connections()).toBe(0);
});

test.each([
  ['127.0.0.1', '127.0.0.1', 'a loopback address'],
  ['localhost', '127.0.0.1', 'a loopback address'],
  ['0.0.0.0', '0.0.0.0', 'an unspecified address'],
])('%s is not connected to', async (host, address, why) => {
  const inner = await listen('127.0.0.1');
  const result = await probe({ targets: ['*'], allowedAddresses: [], target: `${host}:${inner.port}` });
  expect(result).toMatchObject({ success: false, failure: `${address} is refused: ${why}` });
  expect(inner.connections()).toBe(0);
});

test('what the connection itself says is judged once more', async () => {
  const inner = await listen('127.0.0.1');
  // Linux connects 0.0.0.0 to loopback.
  const result = await probe({ targets: ['*'], allowedAddresses: ['0.0.0.0'], target: `0.0.0.0:${inner.port}` });
  expect(result).toMatchObject({ success: false, failure: '0.0.0.0 is refused: a loopback address' });
});

test('a hop to a name that is no target is refused before it is looked up', async () => {
  const names = await nameServer({ 'a.test': [['192.0.2.1']], 'b.test': [['192.0.2.2']] });
  const guard = { targets: ['a.test'], allowedAddresses: [] };
  const network = guardedNetwork(lookupAt(names.address), guard);
  const signal = new AbortController().signal;
  const run = await runAttempt(
    async (attempt) => {
      await resolveTarget(attempt, 'A.test', 'ip4_only');
      await resolveTarget(attempt, 'b.test', 'ip4_only');
    },
    { timeoutMs: 5000, network, signal },
  );
  expect(run.failure).toBe("b.test is refused: none of the module's targets");
  expect(names.asked).toEqual(['a.test']);
});

test('a hop to an address is refused when it is neither a target nor one that a target led to', async () => {
  const names = await nameServer({ 'a.test': [['192.0.2.1']] });
  const network = guardedNetwork(lookupAt(names.address), { targets: ['a.test', '198.51.*'], allowedAddresses: [] });
  expect(network.refuses('192.0.2.1')).toBe("none of the module's targets");
  await network.lookup('a.test', 4, new AbortController().signal);
  expect(network.refuses('192.0.2.1')).toBeUndefined();
  expect(network.refuses('198.51.100.1')).toBeUndefined();
  expect(network.refuses('192.0.2.2')).toBe("none of the module's targets");
  expect(network.refuses('::1')).toBe('a loopback address');
});

test('the hosts file leads no further than a name server', async () => {
  const lookup = lookupAt(undefined, '127.0.0.1 inner.test\n192.0.2.7 outer.test');
  const network = guardedNetwork(lookup, { targets: ['*.test'], allowedAddresses: [] });
  const signal = new AbortController().signal;
  const run = (host: string) =>
    runAttempt(
      async (attempt) => {
        await resolveTarget(attempt, host, 'ip4');
      },
      { timeoutMs: 5000, network, signal },
    );
  expect(await run('inner.test')).toMatchObject({ failure: '127.0.0.1 is refused: a loopback address' });
  expect(await run('outer.test')).toMatchObject({ success: true });
});
