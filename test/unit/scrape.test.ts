import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { SimulatedEngine } from '../../exporter/demo/engine.ts';
import type { Host } from '../../exporter/docker/host.ts';
import type { ScrapeRequest } from '../../exporter/http/routes/metrics.ts';
import { bind, type Collector } from '../../exporter/metrics/family.ts';
import { containerScope, hostScope } from '../../exporter/metrics/scopes.ts';
import { createSelfMetrics } from '../../exporter/metrics/self.ts';
import { createScrape, type ScrapeOptions } from '../../exporter/scrape.ts';
import { untraced } from '../../exporter/util/trace.ts';
import { viewOf, watch, watchSimulated } from './docker/host-bed.ts';

const up: Collector = {
  name: 'up',
  families: bind(hostScope, [{ name: 'docker_up', type: 'gauge', help: 'Up.', read: (h) => Number(h.outcome.ok) }]),
};
const pids: Collector = {
  name: 'pids',
  families: bind(containerScope, [
    { name: 'docker_container_pids', type: 'gauge', help: 'Processes.', read: (c) => c.sample?.pids?.current },
  ]),
};
const broken: Collector = {
  name: 'broken',
  families: bind(hostScope, [
    {
      name: 'docker_broken',
      type: 'gauge',
      help: 'Broken.',
      read: () => {
        throw new Error('a bug');
      },
    },
  ]),
};

const fill = (engine: SimulatedEngine) => void engine.run({ name: 'web' });

function createBed(hosts: readonly Host[], overrides: Partial<ScrapeOptions> = {}) {
  const log: string[] = [];
  const scrape = createScrape({
    probes: () => [],
    hosts: () =>
      hosts.map((host) => ({ config: { name: host.name, url: 'unix:///x', source: 'auto', timeout: 5000 }, host })),
    viewOf: () => viewOf(),
    collectors: () => [up, pids],
    seriesLimit: () => 1000,
    self: createSelfMetrics({ version: '1.2.3' }),
    logger: pino({ level: 'info' }, { write: (line: string) => log.push(line) }),
    trace: untraced,
    ...overrides,
  });
  return {
    log,
    text: async (request: Partial<ScrapeRequest> = {}) => {
      const { chunks } = await scrape({
        rendering: 'native',
        format: 'text',
        hosts: undefined,
        collectors: undefined,
        timeoutSeconds: 9.5,
        signal: new AbortController().signal,
        ...request,
      });
      let text = '';
      for await (const chunk of chunks) text += chunk;
      return text;
    },
  };
}

/** The same host under another name: the bed calls all of them edge-1. */
function renamed(host: Host, name: string): Host {
  const seriesLabels = { host: name };
  return {
    ...host,
    name,
    observe: async (view, deadlineMs) => ({ ...(await host.observe(view, deadlineMs)), host: name, seriesLabels }),
  };
}

const pings = (engine: SimulatedEngine) => engine.calls.filter(({ path }) => path === '/_ping').length;

test('a scrape tells of all hosts and of ourselves', async () => {
  const { host } = await watchSimulated(fill);
  const text = await createBed([host]).text();
  expect(text).toContain('docker_up{host="edge-1"} 1\n');
  expect(text).toMatch(/^docker_container_pids\{host="edge-1",name="web"\} \d+$/m);
  expect(text).toContain('harborlight_build_info{version="1.2.3"');
});

test('R36: a scrape of one host, or of some collectors, tells nothing of ourselves', async () => {
  const { host } = await watchSimulated(fill);
  const { text } = createBed([host]);
  for (const narrowed of [await text({ hosts: ['edge-1'] }), await text({ collectors: ['up'] })]) {
    expect(narrowed).toContain('docker_up{host="edge-1"} 1\n');
    expect(narrowed).not.toMatch(/harborlight_|process_|nodejs_/);
  }
  expect(await text({ hosts: ['edge-2'] })).not.toContain('docker_up{');
  expect(await text({ collectors: ['up'] })).not.toContain('docker_container_pids');
});

test('each rendering has its own collectors, and only the native one tells of ourselves', async () => {
  const { host } = await watchSimulated(fill);
  const { text } = createBed([host], { collectors: (rendering) => [{ native: up, cadvisor: pids }[rendering]] });
  const [native, cadvisor] = [await text(), await text({ rendering: 'cadvisor' })];
  expect(native).toContain('docker_up{host="edge-1"} 1\n');
  expect(native).toContain('harborlight_build_info');
  expect(cadvisor).toMatch(/^docker_container_pids\{host="edge-1",name="web"\} \d+$/m);
  expect(cadvisor).not.toMatch(/docker_up|harborlight_|process_|nodejs_/);
});

test('R36: a host that is not asked for is not looked at', async () => {
  const { engine, host } = await watchSimulated(fill);
  engine.forgetCalls();
  await createBed([host]).text({ hosts: ['edge-2'] });
  expect(engine.calls).toEqual([]);
});

test('R45: callers at the same time cost the engine one read, whatever the rendering', async () => {
  const { engine, host } = await watchSimulated(fill);
  const { text } = createBed([host]);
  engine.forgetCalls();
  const texts = await Promise.all([
    text(),
    text({ format: 'openmetrics' }),
    text({ collectors: ['pids'] }),
    text({ rendering: 'cadvisor' }),
  ]);
  for (const one of texts) expect(one).toContain('docker_container_pids{host="edge-1",name="web"}');
  expect(engine.calls.map(({ path }) => path.replace(/[0-9a-f]{64}/, 'ID'))).toEqual([
    '/_ping',
    '/containers/ID/stats',
  ]);
});

test('R45: a caller that comes later has values of its own', async () => {
  const { engine, host } = await watchSimulated(fill);
  const { text } = createBed([host]);
  engine.forgetCalls();
  await text();
  await new Promise((resolve) => setTimeout(resolve, 260));
  await text();
  expect(pings(engine)).toBe(2);
});

test('R45: a caller that leaves ends only its own waiting', async () => {
  const { engine, host } = await watchSimulated(fill);
  const { text } = createBed([host]);
  engine.faults.add({ match: { path: /stats/ }, kind: 'delay', seconds: 0.3 });
  const leaving = new AbortController();
  const [left, stayed] = [text({ signal: leaving.signal }), text()];
  await vi.waitFor(() => expect(engine.calls.some(({ path }) => path.endsWith('/stats'))).toBe(true));
  const startMs = performance.now();
  leaving.abort();
  await expect(left).rejects.toThrow();
  expect(performance.now() - startMs).toBeLessThan(250);
  expect(await stayed).toMatch(/^docker_container_pids\{host="edge-1",name="web"\} \d+$/m);
});

test('a host that hangs costs the time of one call, then nothing, and the others lose nothing', async () => {
  const good = await watchSimulated(fill);
  const { engine, host } = await watchSimulated(fill, { timeoutMs: 1000 });
  const { text } = createBed([good.host, renamed(host, 'edge-2')]);
  engine.faults.add({ match: { path: /./ }, kind: 'hang' });
  const startMs = performance.now();
  expect(await text()).toContain('docker_up{host="edge-2"} 0\n');
  expect(performance.now() - startMs).toBeLessThan(2500);
  await new Promise((resolve) => setTimeout(resolve, 260));
  const secondMs = performance.now();
  const second = await text();
  expect(performance.now() - secondMs).toBeLessThan(700);
  expect(second).toContain('docker_up{host="edge-1"} 1\n');
  expect(second).toContain('docker_up{host="edge-2"} 0\n');
  expect(second).toContain('docker_container_pids{host="edge-1",name="web"}');
});

test('a host that was never reached is told as down', async () => {
  const { host } = watch({ url: 'unix:///nowhere/docker.sock' });
  await host.attempted;
  expect(await createBed([host]).text()).toContain('docker_up{host="edge-1"} 0\n');
});

test('a collector that throws is without its series, logged, and costs no other anything', async () => {
  const { host } = await watchSimulated(fill);
  const { text, log } = createBed([host], { collectors: () => [up, broken, pids] });
  const exposition = await text();
  expect(exposition).toContain('docker_up{host="edge-1"} 1\n');
  expect(exposition).toContain('docker_container_pids{host="edge-1",name="web"}');
  expect(exposition).not.toContain('docker_broken{');
  expect(log.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: 50, collector: 'broken', msg: 'collector failed' }),
  ]);
});

test('what the series limit drops is counted', async () => {
  const { host } = await watchSimulated((engine) => ['a', 'b', 'c'].forEach((name) => engine.run({ name })));
  const { text } = createBed([host], { seriesLimit: () => 2 });
  const exposition = await text();
  expect(exposition.match(/^docker_container_pids\{/gm)?.length).toBeLessThan(3);
  expect(exposition).toMatch(/^harborlight_series_dropped_total\{host="edge-1"\} [1-9]/m);
});
