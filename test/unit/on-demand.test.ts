import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ProbeRequest } from '../../exporter/http/routes/probe.ts';
import { createOnDemand } from '../../exporter/on-demand.ts';
import type { NewResult } from '../../exporter/probes/recent-results.ts';
import { startNameServer } from '../bed/name-server.ts';
import { loadedConfig } from './loaded-config.ts';

/** Accepts connections and says nothing. */
async function listen() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  // A server that listens on TCP has a port.
  return { port: (server.address() as { readonly port: number }).port, connections: () => sockets.size };
}

const LOOPBACK = 'modules: { tcp: { kind: tcp, targets: ["127.*", "*.test"], allow_addresses: [127.0.0.0/8] } }';
/** Nobody answers the handshake, so a run takes its whole time. */
const SILENT = 'modules: { tls: { kind: tcp, tls: {}, targets: ["*"], allow_addresses: [127.0.0.0/8] } }';

async function onDemand(yaml: string) {
  const results: NewResult[] = [];
  const made = createOnDemand(await loadedConfig(yaml), { onResult: (result) => results.push(result) });
  const ask = (request: Partial<ProbeRequest>) =>
    made.ask({
      module: 'tcp',
      target: 'missing',
      hostname: undefined,
      timeoutSeconds: 9.5,
      signal: new AbortController().signal,
      ...request,
    });
  return { ...made, ask, results };
}

test('a run is told under the names of blackbox_exporter, with no label of ours and nothing about ourselves', async () => {
  const { port } = await listen();
  const { ask } = await onDemand(LOOPBACK);
  const answer = await ask({ target: `127.0.0.1:${port}` });
  if (answer.kind !== 'answered') throw new Error(answer.message);
  const text = answer.metrics('text');
  const names = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(names.map((line) => line.replace(/ .*/, ''))).toEqual([
    'probe_success',
    'probe_duration_seconds',
    'probe_dns_lookup_time_seconds',
    'probe_ip_protocol',
    'probe_ip_addr_hash',
    'probe_failed_due_to_regex',
    'probe_failed_due_to_bytes',
  ]);
  expect(text).toContain('\nprobe_success 1\n');
  expect(answer.metrics('openmetrics')).toMatch(/\nprobe_success 1\n[^]*\n# EOF\n$/);
});

test('a run that failed is an answer too, and remembered', async () => {
  const { ask, results } = await onDemand(LOOPBACK);
  const answer = await ask({ target: '127.0.0.1:1' });
  expect(answer.kind === 'answered' && answer.metrics('text')).toContain('\nprobe_success 0\n');
  expect(results).toMatchObject([
    { by: { module: 'tcp' }, kind: 'tcp', target: '127.0.0.1:1', result: { failure: 'connection refused' } },
  ]);
});

test('what is remembered of a target is not its query, which may hold a token', async () => {
  const { ask, results } = await onDemand('modules: { http: { kind: http, targets: ["*"] } }');
  const answer = await ask({ module: 'http', target: 'http://127.0.0.1:1/health?token=secret' });
  expect(answer.kind === 'answered' && answer.debug()).not.toContain('secret');
  expect(results).toMatchObject([{ by: { module: 'http' }, target: 'http://127.0.0.1:1/health' }]);
});

test('R59: the address is judged although the name is a target', async () => {
  const { port, connections } = await listen();
  const names = await startNameServer({ 'inner.test': [['127.0.0.1']] });
  onTestFinished(() => names.stop());
  const { ask, results } = await onDemand(
    `modules: { tcp: { kind: tcp, targets: ["*"] } }\nprobe_defaults: { resolvers: ["${names.address}"] }`,
  );
  for (const host of ['inner.test', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost']) {
    const answer = await ask({ target: `${host}:${port}` });
    expect(answer.kind === 'answered' && answer.metrics('text'), host).toContain('\nprobe_success 0\n');
    expect(results.at(-1)?.result.failure, host).toMatch(/ is refused: a loopback address/);
  }
  expect(connections()).toBe(0);
});

test.each([
  ['evil.example:80', 'evil.example is none of the targets of the module tcp.'],
  ['[2001:DB8:0::1]:80', '2001:db8::1 is none of the targets of the module tcp.'],
])('%s is forbidden where it is no target', async (target, message) => {
  const { ask, results } = await onDemand(LOOPBACK);
  expect(await ask({ target })).toEqual({ kind: 'forbidden', message });
  expect(results).toEqual([]);
});

test.each([
  '127.0.0.1',
  '2130706433:80',
  '0x7f.1:80',
  '127.1:80',
  '127.0.0.1.:80',
  'a.test.:80',
  'http://a.test/',
  'a\n:80',
])('%j is malformed, and not repeated', async (target) => {
  const { ask } = await onDemand(LOOPBACK);
  expect(await ask({ target })).toEqual({
    kind: 'malformed',
    message:
      'The target is not what the kind tcp asks: HOST:PORT, an IPv6 address in brackets, with a name or an address in its usual spelling.',
  });
});

test.each(['ops:s3cret@a.test:80', 'tcp://ops:s3cret@a.test:80'])('credentials in %s are refused', async (target) => {
  const { ask } = await onDemand(LOOPBACK);
  expect(await ask({ target })).toEqual({
    kind: 'malformed',
    message: 'The target holds credentials; their place is the configured module.',
  });
});

test.each(['web', 'constructor', '__proto__'])(
  'the module %s is unknown, and those that are known are named',
  async (module) => {
    const { ask } = await onDemand(LOOPBACK);
    const message = `There is no module ${JSON.stringify(module)}; known: tcp.`;
    expect(await ask({ module, target: '127.0.0.1:80' })).toEqual({ kind: 'unknown', message });
  },
);

test.each([
  ['the scrape', SILENT, 0.5, 0.5],
  ['the module', SILENT.replace('tls: {}', 'tls: {}, timeout: 300ms'), 9.5, 0.3],
  ['probe_defaults', `${SILENT}\nprobe_defaults: { timeout: 400ms }`, 9.5, 0.4],
])('a run ends in the time that %s leaves', async (_who, yaml, timeoutSeconds, leftSeconds) => {
  const { port } = await listen();
  const { ask, results } = await onDemand(yaml);
  await ask({ module: 'tls', target: `127.0.0.1:${port}`, timeoutSeconds });
  const [, told] = /^no result within (0\.\d+) s$/.exec(results[0]?.result.failure ?? '') ?? [];
  // What waiting for a place took is a part of it.
  expect(Number(told)).toBeLessThanOrEqual(leftSeconds);
  expect(Number(told)).toBeGreaterThan(leftSeconds - 0.1);
});

test('no more run at once than is configured; the others wait as long as they have time', async () => {
  const { port, connections } = await listen();
  const { ask, results } = await onDemand(`${SILENT}\nprobe_defaults: { concurrency: 2 }`);
  const target = `127.0.0.1:${port}`;
  const long = [1, 2].map(() => ask({ module: 'tls', target, timeoutSeconds: 1 }));
  await expect.poll(connections).toBe(2);
  const short = await ask({ module: 'tls', target, timeoutSeconds: 0.2 });
  expect(short).toEqual({ kind: 'busy', message: 'There was no place among the probes on demand in time.' });
  expect(connections()).toBe(2);
  const patient = ask({ module: 'tls', target, timeoutSeconds: 2 });
  await Promise.all(long);
  await expect.poll(connections).toBe(3);
  expect((await patient).kind).toBe('answered');
  expect(results).toHaveLength(3);
});

test('who leaves ends the run, or the waiting for it', async () => {
  const { port, connections } = await listen();
  const { ask, results } = await onDemand(`${SILENT}\nprobe_defaults: { concurrency: 1 }`);
  const target = `127.0.0.1:${port}`;
  const [first, second] = [new AbortController(), new AbortController()];
  const running = ask({ module: 'tls', target, signal: first.signal });
  await expect.poll(connections).toBe(1);
  const waiting = ask({ module: 'tls', target, signal: second.signal });
  second.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  first.abort(new Error('left too'));
  await expect(running).rejects.toThrow('left too');
  // The place is free again.
  expect((await ask({ module: 'tls', target, timeoutSeconds: 0.2 })).kind).toBe('answered');
  expect(results).toHaveLength(1);
});

test('for people it tells the steps, the metrics and the module without secrets', async () => {
  const { port } = await listen();
  const { ask } = await onDemand(LOOPBACK);
  const answer = await ask({ target: `127.0.0.1:${port}` });
  const text = answer.kind === 'answered' ? answer.debug() : '';
  expect(text).toMatch(
    /^What was done.*:\n +0\.\d{6} s {2}connected to 127\.0\.0\.1 port \d+\n +0\.\d{6} s {2}success\n/,
  );
  expect(text).toContain('\nprobe_success 1\n');
  expect(text).toMatch(/\nHow the module is configured:\nkind: tcp\n[^]*allow_addresses:\n {2}- 127\.0\.0\.0\/8\n/);
});

test('a reload takes effect with the next request', async () => {
  const { moduleNames, replace, ask } = await onDemand('');
  expect(moduleNames()).toEqual([]);
  replace(await loadedConfig(LOOPBACK));
  expect(moduleNames()).toEqual(['tcp']);
  expect((await ask({ target: '127.0.0.1:1' })).kind).toBe('answered');
});
