import { expect, test } from 'vitest';
import type { ProbeSnapshot } from '../../../exporter/model/probe.ts';
import type { ServiceHistory } from '../../../exporter/model/service-history.ts';
import { createReport } from '../../../exporter/status/report.ts';

const snapshot = (labels: Readonly<Record<string, string>>, isAlive?: boolean): ProbeSnapshot => ({
  seriesLabels: labels,
  ...(isAlive !== undefined && { isAlive }),
});
const onContainer = (name: string, { probe = 'http', host = 'edge-1', project = 'shop' } = {}) =>
  snapshot({
    probe,
    kind: 'http',
    target: 'http://10.0.0.2',
    host,
    name,
    ...(project !== '' && { compose_project: project }),
  });

function result<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const report = (snapshots: readonly ProbeSnapshot[], history?: ServiceHistory) =>
  result(createReport({ title: 'Status', nowSeconds: 1_758_000_000, snapshots, historyOf: () => history }));

const groupsOf = (snapshots: readonly ProbeSnapshot[]) =>
  report(snapshots).groups.map(({ name, services }) => [name, services.map((service) => service.name)]);

test.each([
  ['up', [true, true], { up: 2, down: 0, unknown: 0 }],
  ['up', [true, undefined], { up: 1, down: 0, unknown: 1 }],
  ['degraded', [true, false, undefined], { up: 1, down: 1, unknown: 1 }],
  ['down', [false, undefined], { up: 0, down: 1, unknown: 1 }],
  ['unknown', [undefined], { up: 0, down: 0, unknown: 1 }],
  ['unknown', [], { up: 0, down: 0, unknown: 0 }],
] as const)('all together are %s: %j', (state, states, counts) => {
  const made = report(states.map((isUp, at) => snapshot({ probe: `p${at}`, kind: 'heartbeat' }, isUp)));
  expect([made.state, made.counts]).toEqual([state, counts]);
});

test('groups are what is configured, then jobs, then containers by project', () => {
  const groups = groupsOf([
    onContainer('shop-web-10'),
    snapshot({ probe: 'backup', kind: 'heartbeat' }),
    onContainer('registry', { project: '' }),
    snapshot({ probe: 'web', kind: 'http' }),
    onContainer('shop-web-2'),
    snapshot({ probe: 'api', kind: 'tcp' }),
    onContainer('billing-1', { project: 'billing' }),
  ]);
  expect(groups).toEqual([
    ['Services', ['web', 'api']],
    ['Scheduled jobs', ['backup']],
    ['Containers', ['registry']],
    ['billing', ['billing-1']],
    ['shop', ['shop-web-2', 'shop-web-10']],
  ]);
});

test('two probes of a container and two containers of one name are told apart', () => {
  const groups = groupsOf([
    onContainer('web', { probe: 'http' }),
    onContainer('web', { probe: 'tls' }),
    onContainer('db', { host: 'edge-1' }),
    onContainer('db', { host: 'edge-2' }),
  ]);
  expect(groups).toEqual([['shop', ['db (edge-1)', 'db (edge-2)', 'web · http', 'web · tls']]]);
});

const HISTORY: ServiceHistory = {
  windows: {
    '24h': { runs: 0, goodRuns: 0, goodSeconds: 0 },
    '7d': { runs: 4, goodRuns: 3, goodSeconds: 0.75 },
    '30d': { runs: 4, goodRuns: 0, goodSeconds: 0 },
  },
  days: [
    { date: '2025-09-15', runs: 0, goodRuns: 0, goodSeconds: 0 },
    { date: '2025-09-16', runs: 2, goodRuns: 1, goodSeconds: 1 },
  ],
  last: { isUp: true, sinceSeconds: 1_757_000_000 },
};

test('what is not known is absent, and neither 0 nor 100 %', () => {
  const [group] = report([snapshot({ probe: 'web', kind: 'http' }, true)], HISTORY).groups;
  expect(group?.services[0]).toEqual({
    id: 'web',
    name: 'web',
    state: 'up',
    sinceSeconds: 1_757_000_000,
    windows: { '24h': {}, '7d': { availabilityRatio: 0.75, responseSeconds: 0.25 }, '30d': { availabilityRatio: 0 } },
    days: [{ date: '2025-09-15' }, { date: '2025-09-16', availabilityRatio: 0.5 }],
  });
  const [none] = report([snapshot({ probe: 'web', kind: 'http' })]).groups;
  expect(none?.services[0]).toMatchObject({ state: 'unknown', windows: { '24h': {}, '7d': {}, '30d': {} }, days: [] });
});

test.each([false, undefined])('since when it was up is not told of one that is not: %s', (isUp) => {
  const [group] = report([snapshot({ probe: 'web', kind: 'http' }, isUp)], HISTORY).groups;
  expect(group?.services[0]).not.toHaveProperty('sinceSeconds');
});

test('more services than anybody reads are counted, not shown', () => {
  const made = report(Array.from({ length: 600 }, (_, at) => snapshot({ probe: `p${at}`, kind: 'http' }, true)));
  expect([made.counts.up, made.groups[0]?.services.length, made.omitted]).toEqual([600, 500, 100]);
});
