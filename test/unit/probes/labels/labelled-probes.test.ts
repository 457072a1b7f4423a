import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { KnownContainers } from '../../../../exporter/docker/known-containers.ts';
import type { EngineContainer } from '../../../../exporter/model/engine-container.ts';
import { probeKinds } from '../../../../exporter/probes/index.ts';
import { createLabelledProbes, type LabelledHost } from '../../../../exporter/probes/labels/labelled-probes.ts';
import { leadsTo } from '../../../../exporter/probes/labels/target.ts';
import { BRIDGE, containerOf, declared, engineOf, onBridge, probe } from './containers.ts';

const defaults = { interval: 30_000, timeout: 5000, retries: 0, per_container: 3 };
let faults: string[] = [];
let forgotten: string[] = [];
beforeEach(() => {
  faults = [];
  forgotten = [];
});

const hostOf = (known: () => KnownContainers | undefined, url = 'unix:///run/docker.sock'): LabelledHost => ({
  name: 'edge-1',
  url,
  known,
  key: {},
});

const create = (ownId?: string) =>
  createLabelledProbes({
    kinds: probeKinds,
    own: { idAmong: ({ has }) => (ownId !== undefined && has(ownId) ? ownId : undefined) },
    lookup: () => Promise.resolve([]),
    onFault: ({ name, label, reason }) => faults.push(`${name} ${label}: ${reason}`),
    onForget: ({ name }) => forgotten.push(name),
  });

/** What one look at these containers gives. */
const look = (...containers: readonly EngineContainer[]) =>
  create().look([hostOf(() => engineOf(containers))], defaults);
const labelled = (labels: Readonly<Record<string, string>>) => containerOf({ labels: probe(labels) });

describe('a probe', () => {
  test('has the labels of its container, and what its labels set', () => {
    const labels = {
      'page.http': '/health',
      'page.interval': '1m',
      'page.timeout': '2s',
      'page.retries': '2',
      'page.port': '81',
    };
    expect(look(labelled(labels))).toMatchObject([
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
    expect(faults).toEqual([]);
  });

  test('has the defaults where labels say nothing', () => {
    expect(look(labelled({ 'port.tcp': '' }))).toMatchObject([
      { target: '172.17.0.2:8080', intervalMs: 30_000, timeoutMs: 5000, retries: 0 },
    ]);
  });

  test("has its kind's options, read as those of the configuration", () => {
    const [first] = look(labelled({ 'page.http': '/', 'page.expect.status': '200-299', 'page.tls.verify': 'false' }));
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
    expect(look(container)).toMatchObject([{ target: 'edge-1/web', kind: { name: 'container' } }]);
  });

  test('is none of a container that does not run', () => {
    for (const state of ['created', 'paused', 'restarting', 'exited', 'dead'] as const) {
      expect(look(containerOf({ state, labels: probe({ 'port.tcp': '80' }) }))).toEqual([]);
    }
    expect(faults).toEqual([]);
  });
});

describe('a fault in labels starts nothing, and says where it is', () => {
  const long = 'x'.repeat(200);
  test.each([
    ['an unknown kind', { 'a.htp': '/' }, 'a.htp: the probe is of no kind that labels can start: '],
    ['options alone', { 'a.interval': '1m', 'a.expect.status': '200' }, 'a.interval: the probe is of no kind'],
    ['two kinds', { 'a.http': '/', 'a.tcp': '80' }, 'a.tcp: the probe is of two kinds, http and tcp'],
    [
      'an unknown option',
      { 'a.tcp': '80', 'a.colour': 'red' },
      'a.colour: no option that labels can set; of tcp they can set interval, timeout, retries, port',
    ],
    ['a file', { 'a.http': '/', 'a.tls.ca_file': '/etc/shadow' }, 'a.tls.ca_file: no option that labels can set'],
    ['a secret', { 'a.http': '/', 'a.auth': '{}' }, 'a.auth: no option that labels can set'],
    ['a proxy', { 'a.http': '/', 'a.proxy': 'http://evil.example' }, 'a.proxy: no option that labels can set'],
    ['another target', { 'a.http': '/', 'a.url': 'http://evil.example' }, 'a.url: no option that labels can set'],
    ['a prototype', { 'a.tcp': '80', 'a.__proto__.x': '1' }, 'a.__proto__.x: no option that labels can set'],
    ['a constructor', { 'a.tcp': '80', 'a.constructor': '1' }, 'a.constructor: no option that labels can set'],
    ['a method that changes things', { 'a.http': '/', 'a.method': 'POST' }, 'a.method: expected one of GET, HEAD'],
    ['no path', { 'a.http': 'evil.example' }, 'a.http: expected a path, such as /health'],
    ['a path with a line break', { 'a.http': '/\r\nHost: evil' }, 'a.http: expected a path, such as /health'],
    ['no port', { 'a.tcp': 'https' }, 'a.tcp: expected an integer from 1 to 65535'],
    ['a port beyond all', { 'a.tcp': '70000' }, 'a.tcp: expected an integer from 1 to 65535'],
    ['an interval too short', { 'a.tcp': '80', 'a.interval': '9s' }, 'a.interval: expected at least 10s'],
    ['an endless timeout', { 'a.tcp': '80', 'a.timeout': '1h' }, 'a.timeout: expected at most 30s'],
    ['no duration', { 'a.tcp': '80', 'a.interval': 'often' }, 'a.interval: expected a duration'],
    [
      'a port of a container itself',
      { 'a.container': 'true', 'a.port': '80' },
      'a.port: no option that labels can set',
    ],
    ['something else than true', { 'a.container': 'edge-2/db' }, 'a.container: expected true'],
    ['a name with odd characters', { 'a b.tcp': '80' }, 'a b.tcp: expected harborlight.probe.NAME.KIND'],
    ['no name', { '.tcp': '80' }, '.tcp: expected harborlight.probe.NAME.KIND'],
    ['a key too long', { [`a.${long}`]: '80' }, `a.${long.slice(0, 108)}: expected harborlight.probe.NAME.KIND`],
    ['a value too long', { 'a.http': `/${'x'.repeat(2000)}` }, 'a.http: longer than 1024 characters'],
  ])('%s', (_what, labels, expected) => {
    expect(look(labelled(labels))).toEqual([]);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`web harborlight.probe.${expected}`);
  });

  test('a bad pattern', () => {
    expect(look(labelled({ 'a.http': '/', 'a.expect.body': '(' }))).toEqual([]);
    expect(faults).toEqual([
      'web harborlight.probe.a.expect.body: expected a pattern in the syntax of RE2, or a list of them',
    ]);
  });

  test('no port known, and no address', () => {
    look(containerOf({ labels: probe({ 'a.http': '/' }), network: onBridge }));
    look(containerOf({ labels: probe({ 'a.http': '/' }), network: declared(80) }));
    expect(faults.map((fault) => fault.replace(/.*: /, ''))).toEqual([
      'expected the option port',
      'no address of it can be reached from here',
    ]);
  });

  test('more than the cap: the first by name start', () => {
    const labels = Object.fromEntries(['d', 'a', 'c', 'b', 'e'].map((name) => [`${name}.tcp`, '80']));
    expect(look(labelled(labels)).map(({ seriesLabels }) => seriesLabels['probe'])).toEqual(['a', 'b', 'c']);
    expect(faults).toEqual(
      ['d', 'e'].map(
        (name) => `web harborlight.probe.${name}.tcp: more than the 3 probes of probe_defaults.per_container`,
      ),
    );
  });

  test('of a thousand labels with faults a few are told', () => {
    look(labelled(Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`p${at}.nonsense`, '']))));
    expect(faults).toHaveLength(10);
    faults = [];
    look(labelled(Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`p${at}.tcp`, '80']))));
    expect(faults).toEqual(['web harborlight.probe: more than 200 labels of probes']);
  });

  test('one with a fault leaves its neighbours alone', () => {
    expect(look(labelled({ 'a.tcp': 'x', 'b.tcp': '80' }))).toHaveLength(1);
  });
});

describe('from look to look', () => {
  test('a fault is told once for a container, also when that stops and starts, and again for the next one', () => {
    const probes = create();
    let containers = [labelled({ 'a.tcp': 'x' })];
    const host = hostOf(() => engineOf(containers));
    probes.look([host], defaults);
    containers = [containerOf({ labels: probe({ 'a.tcp': 'x' }), state: 'restarting' })];
    probes.look([host], defaults);
    containers = [labelled({ 'a.tcp': 'x' })];
    probes.look([host], defaults);
    expect(faults).toHaveLength(1);
    containers = [containerOf({ id: 'b', labels: probe({ 'a.tcp': 'x' }) })];
    probes.look([host], defaults);
    expect(faults).toHaveLength(2);
    expect(forgotten).toEqual([]);
    containers = [];
    probes.look([host], defaults);
    expect(forgotten).toEqual(['web']);
  });

  test('the list and what is in it are the same objects until something changes', () => {
    const probes = create();
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
    const probes = create();
    const host = hostOf(() => engineOf([labelled({ 'a.tcp': '80' })]));
    const first = probes.look([host], defaults);
    expect(probes.look([host], { ...defaults })).toBe(first);
    expect(probes.look([host], { ...defaults, interval: 60_000 })).not.toBe(first);
  });

  test('while an engine is down its probes go on, and end with its host', () => {
    const probes = create();
    let known: KnownContainers | undefined = engineOf([labelled({ 'a.tcp': '80' })]);
    const host = hostOf(() => known);
    const first = probes.look([host], defaults);
    known = undefined;
    expect(probes.look([host], defaults)).toBe(first);
    expect(probes.look([], defaults)).toEqual([]);
  });

  test('what makes a new network is asked of the engine, and no fault meanwhile', () => {
    const engine = engineOf([labelled({ 'a.tcp': '80' })], { drivers: new Map() });
    expect(create().look([hostOf(() => engine)], defaults)).toEqual([]);
    expect(engine.asked).toEqual([BRIDGE]);
    expect(faults).toEqual([]);
  });

  test('in a container of the engine its own networks count, whatever the URL', () => {
    const ourselves = containerOf({ id: 'f', name: 'harborlight' });
    const engine = engineOf([ourselves, labelled({ 'a.tcp': '80' })]);
    const host = hostOf(() => engine, 'tcp://socket-proxy:2375');
    expect(create().look([host], defaults)).toEqual([]);
    expect(create('f'.repeat(64)).look([host], defaults)).toMatchObject([{ target: '172.17.0.2:80' }]);
  });
});

test('500 containers with 1000 probes are looked at in under 2 ms when nothing changed', () => {
  const probes = create();
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
        for (const one of look(labelled(given))) {
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
