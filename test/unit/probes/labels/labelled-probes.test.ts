import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { KnownContainers } from '../../../../exporter/docker/known-containers.ts';
import { probeKinds } from '../../../../exporter/probes/index.ts';
import { leadsTo } from '../../../../exporter/probes/labels/target.ts';
import { BRIDGE, containerOf, engineOf, probe } from './containers.ts';
import { createLabelsBed, defaults, hostOf, labelled } from './labels-bed.ts';

let bed = createLabelsBed();
beforeEach(() => {
  bed = createLabelsBed();
});

describe('a probe', () => {
  test('has the labels of its container, and what its labels set', () => {
    const labels = {
      'page.http': '/health',
      'page.interval': '1m',
      'page.timeout': '2s',
      'page.retries': '2',
      'page.port': '81',
    };
    expect(bed.look(labelled(labels))).toMatchObject([
      {
        key: 'edge-1/web/page',
        kind: { name: 'http' },
        target: 'http://172.17.0.2:81/health',
        seriesLabels: {
          probe: 'page',
          kind: 'http',
          target: 'http://172.17.0.2:81/health',
          host: 'edge-1',
          name: 'web',
        },
        intervalMs: 60_000,
        timeoutMs: 2000,
        retries: 2,
      },
    ]);
    expect(bed.faults).toEqual([]);
  });

  test('has the defaults where labels say nothing', () => {
    expect(bed.look(labelled({ 'port.tcp': '' }))).toMatchObject([
      { target: '172.17.0.2:8080', intervalMs: 30_000, timeoutMs: 5000, retries: 0 },
    ]);
  });

  test("has its kind's options, read as those of the configuration", () => {
    const [first] = bed.look(
      labelled({ 'page.http': '/', 'page.expect.status': '200-299', 'page.tls.verify': 'false' }),
    );
    expect(first).toMatchObject({
      target: 'https://172.17.0.2:8080/',
      options: {
        url: 'https://172.17.0.2:8080/',
        method: 'GET',
        tls: { verify: false },
        expect: { status: [{ from: 200, to: 299 }] },
      },
    });
  });

  test('of a container itself needs no address', () => {
    const container = containerOf({ labels: probe({ 'self.container': 'true' }), mode: 'none', network: {} });
    expect(bed.look(container)).toMatchObject([{ target: 'edge-1/web', kind: { name: 'container' } }]);
  });

  test('is none of a container that does not run', () => {
    for (const state of ['created', 'paused', 'restarting', 'exited', 'dead'] as const) {
      expect(bed.look(containerOf({ state, labels: probe({ 'port.tcp': '80' }) }))).toEqual([]);
    }
    expect(bed.faults).toEqual([]);
  });
});

describe('from look to look', () => {
  test('a fault is told once for a container, also when that stops and starts, and again for the next one', () => {
    const { probes } = bed;
    let containers = [labelled({ 'a.tcp': 'x' })];
    const host = hostOf(() => engineOf(containers));
    probes.look([host], defaults);
    containers = [containerOf({ labels: probe({ 'a.tcp': 'x' }), state: 'restarting' })];
    probes.look([host], defaults);
    containers = [labelled({ 'a.tcp': 'x' })];
    probes.look([host], defaults);
    expect(bed.faults).toHaveLength(1);
    containers = [containerOf({ id: 'b', labels: probe({ 'a.tcp': 'x' }) })];
    probes.look([host], defaults);
    expect(bed.faults).toHaveLength(2);
    expect(bed.forgotten).toEqual([]);
    containers = [];
    probes.look([host], defaults);
    expect(bed.forgotten).toEqual(['web']);
  });

  test('the list and what is in it are the same objects until something changes', () => {
    const { probes } = bed;
    const other = containerOf({ id: 'b', name: 'other', labels: probe({ 'a.tcp': '80' }) });
    let containers = [labelled({ 'a.tcp': '80' }), other];
    let engine = engineOf(containers);
    const host = hostOf(() => engine);
    const first = probes.look([host], defaults);
    expect(probes.look([host], defaults)).toBe(first);
    const moved = { networks: [{ name: 'bridge', networkId: BRIDGE, ipv4: '172.17.0.9' }] };
    containers = [containerOf({ labels: probe({ 'a.tcp': '80' }), network: moved }), other];
    engine = engineOf(containers);
    const second = probes.look([host], defaults);
    expect(second.map(({ target }) => target)).toEqual(['172.17.0.9:80', '172.17.0.2:80']);
    expect(second[1]).toBe(first[1]);
  });

  test('a reload that changes nothing leaves the objects as they are, one that changes a default does not', () => {
    const { probes } = bed;
    const host = hostOf(() => engineOf([labelled({ 'a.tcp': '80' })]));
    const first = probes.look([host], defaults);
    expect(probes.look([host], { ...defaults })).toBe(first);
    expect(probes.look([host], { ...defaults, interval: 60_000 })).not.toBe(first);
  });

  test('while an engine is down its probes go on, and end with its host', () => {
    const { probes } = bed;
    let known: KnownContainers | undefined = engineOf([labelled({ 'a.tcp': '80' })]);
    const host = hostOf(() => known);
    const first = probes.look([host], defaults);
    known = undefined;
    expect(probes.look([host], defaults)).toBe(first);
    expect(probes.look([], defaults)).toEqual([]);
  });

  test('what makes a new network is asked of the engine, and no fault meanwhile', () => {
    const engine = engineOf([labelled({ 'a.tcp': '80' })], { drivers: new Map() });
    expect(bed.probes.look([hostOf(() => engine)], defaults)).toEqual([]);
    expect(engine.asked).toEqual([BRIDGE]);
    expect(bed.faults).toEqual([]);
  });

  test('in a container of the engine its own networks count, whatever the URL', () => {
    const ourselves = containerOf({ id: 'f', name: 'harborlight' });
    const engine = engineOf([ourselves, labelled({ 'a.tcp': '80' })]);
    const host = hostOf(() => engine, 'tcp://socket-proxy:2375');
    expect(bed.probes.look([host], defaults)).toEqual([]);
    expect(createLabelsBed('f'.repeat(64)).probes.look([host], defaults)).toMatchObject([{ target: '172.17.0.2:80' }]);
  });
});

test('500 containers with 1000 probes are looked at in under 2 ms when nothing changed', () => {
  const { probes } = bed;
  const containers = Array.from({ length: 500 }, (_, at) => ({
    ...containerOf({ name: `web-${at}`, labels: probe({ 'a.tcp': '80', 'b.http': '/' }) }),
    id: at.toString(16).padStart(64, '0'),
  }));
  const engine = engineOf(containers);
  const byId = new Map(containers.map((one) => [one.id, one]));
  const host = hostOf(() => ({ ...engine, find: (id) => byId.get(id), has: (id) => byId.has(id) }));
  expect(probes.look([host], defaults)).toHaveLength(1000);
  // Of the processor: what else the machine does counts for nothing.
  const looks = 200;
  const before = process.cpuUsage();
  for (let at = 0; at < looks; at++) probes.look([host], defaults);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000 / looks).toBeLessThan(2);
});

test('a look takes ten milliseconds: what is more comes with the next ones, and until then all is as before', () => {
  let nowMs = 0;
  const { probes } = createLabelsBed(undefined, () => nowMs++);
  const containers = Array.from({ length: 35 }, (_, at) => ({
    ...containerOf({ name: `web-${at}`, labels: probe({ 'a.tcp': '80' }) }),
    id: at.toString(16).padStart(64, '0'),
  }));
  const before = engineOf(containers.slice(0, 1));
  const after = engineOf(containers);
  let engine = before;
  const host = hostOf(() => engine);
  const look = () => probes.look([host], defaults).length;
  expect([look(), probes.isBehind()]).toEqual([1, false]);
  engine = after;
  const seen: number[] = [];
  do seen.push(look());
  while (probes.isBehind());
  expect(seen).toEqual([1, 1, 1, 35]);
});

describe('R58: whatever labels say', () => {
  const kinds = probeKinds.map(({ name }) => name);
  const word = fc.oneof(
    fc.constantFrom(
      '',
      '/',
      '//',
      '@',
      '\\',
      '#',
      '?',
      ':',
      '%2f',
      '/@evil.example/',
      '//evil.example',
      '/\\evil.example',
      'http://evil.example',
      '127.0.0.1',
      ':22',
      '[::1]',
      '\n',
      '\0',
      '/%00',
      'true',
    ),
    fc.string({ unit: 'binary' }),
    fc.webPath(),
  );
  const value = fc.array(word, { maxLength: 5 }).map((words) => words.join(''));
  const option = fc.oneof(
    fc.constantFrom(
      ...kinds,
      'port',
      'interval',
      'url',
      'address',
      'host',
      'proxy',
      'headers',
      'tls.server_name',
      'tls.ca_file',
      '__proto__.host',
      'expect.status',
    ),
    word,
  );
  const labels = fc.dictionary(
    fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'toString'), option).map(([name, rest]) => `${name}.${rest}`),
    value,
    { maxKeys: 8 },
  );

  test('no target has another host than the container, no network goes further, and nothing throws', () => {
    fc.assert(
      fc.property(labels, (given) => {
        for (const one of bed.look(labelled(given))) {
          if (one.kind.name === 'container') expect(one.target).toBe('edge-1/web');
          else {
            expect(one.network.onlyPort).toBeGreaterThan(0);
            expect(leadsTo(one.target, { host: '172.17.0.2', port: one.network.onlyPort ?? 0 })).toBe(true);
            expect(one.target.includes('://') ? new URL(one.target).hostname : one.target.split(':')[0]).toBe(
              '172.17.0.2',
            );
          }
          for (const other of ['127.0.0.1', '::1', '169.254.169.254', '172.17.0.1'])
            expect(one.network.refuses(other)).toBeDefined();
        }
      }),
      { numRuns: 300 },
    );
  });
});
