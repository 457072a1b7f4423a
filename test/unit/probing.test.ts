import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createProbing } from '../../exporter/probing.ts';
import { loadedConfig } from './loaded-config.ts';

async function listen(port = 0): Promise<{ server: Server; port: number; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined);
    socket.end('220 ready\r\n');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // A server on TCP has an address of this form.
  return { server, port: (server.address() as AddressInfo).port, connections: () => connections };
}

function start() {
  const log: string[] = [];
  const results: string[] = [];
  const probing = createProbing({
    logger: pino({ level: 'info' }, { write: (line: string) => log.push(line) }),
    labelled: { look: () => [], isBehind: () => false },
    findContainers: () => undefined,
    onResult: (seriesLabels, { success }) => results.push(`${String(seriesLabels['probe'])} ${success}`),
  });
  onTestFinished(probing.stop);
  const messages = () => log.map((line) => (JSON.parse(line) as { readonly msg: string }).msg);
  return { probing, log, messages, results };
}

const probes = (...lines: readonly string[]) =>
  loadedConfig(`probes:\n${lines.map((line) => `  - ${line}\n`).join('')}`);

test('a configured probe shows under its name, kind and target as soon as it has run', async () => {
  const { port } = await listen();
  const { probing, results } = start();
  probing.replace(await probes(`{ name: shop, kind: tcp, address: '127.0.0.1:${port}', interval: 100ms }`));
  expect(probing.snapshots()).toEqual([{ seriesLabels: { probe: 'shop', kind: 'tcp', target: `127.0.0.1:${port}` } }]);
  await vi.waitFor(() => expect(results).toContain('shop true'));
  const [snapshot] = probing.snapshots();
  expect(snapshot?.result?.success).toBe(true);
  expect(Math.abs((snapshot?.lastRunSeconds ?? 0) - Date.now() / 1000)).toBeLessThan(5);
});

test('at a reload what did not change keeps its result and its pace, what did begins anew', async () => {
  const { port, connections } = await listen();
  // Its first run comes at once.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
  const { probing, results } = start();
  // Compiled, its pattern is another object each time that it is read.
  const same = `{ name: same, kind: tcp, address: '127.0.0.1:${port}', interval: 1h, send_expect: [{ expect: '^220' }] }`;
  const first = probes('{ name: other, kind: tcp, address: "127.0.0.1:1", interval: 100ms }', same);
  probing.replace(await first);
  await vi.waitFor(() => expect(results).toEqual(expect.arrayContaining(['same true', 'other false'])));
  const before = probing.snapshots().map(({ seriesLabels }) => seriesLabels);
  probing.replace(await probes('{ name: other, kind: tcp, address: "127.0.0.1:1", interval: 1h }', same));
  const [other, kept] = probing.snapshots();
  expect(kept?.result?.success).toBe(true);
  expect(kept?.seriesLabels).toBe(before[1]);
  expect(connections()).toBe(1);
  expect(other?.result).toBeUndefined();
  probing.replace(await probes(same.replace('^220', '^221')));
  expect(probing.snapshots()[0]?.result).toBeUndefined();
});

test('a failure and its end are each logged once, and a good beginning is not', async () => {
  const { server, port } = await listen();
  const { probing, messages, results } = start();
  probing.replace(await probes(`{ name: shop, kind: tcp, address: '127.0.0.1:${port}', interval: 100ms }`));
  await vi.waitFor(() => expect(results).toContain('shop true'));
  expect(messages()).toEqual([]);
  server.close();
  await vi.waitFor(() => expect(results.filter((one) => one === 'shop false').length).toBeGreaterThan(2));
  expect(messages()).toEqual(['probe failed']);
  results.length = 0;
  await listen(port);
  await vi.waitFor(() => expect(results.filter((one) => one === 'shop true').length).toBeGreaterThan(2));
  expect(messages()).toEqual(['probe failed', 'probe succeeds again']);
});

test('the log says why a probe failed', async () => {
  const { probing, log } = start();
  probing.replace(await probes('{ name: shop, kind: tcp, address: "127.0.0.1:1", interval: 100ms }'));
  await vi.waitFor(() => expect(log).toHaveLength(1));
  expect(JSON.parse(log[0] ?? '')).toMatchObject({
    probe: { probe: 'shop', kind: 'tcp', target: '127.0.0.1:1' },
    failure: 'connection refused',
  });
});
