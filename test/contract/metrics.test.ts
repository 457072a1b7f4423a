import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cadvisorCollectors } from '../../exporter/collectors/cadvisor/index.ts';
import { collectors } from '../../exporter/collectors/index.ts';
import type { BoundFamily } from '../../exporter/metrics/family.ts';
import type { ExpositionFormat } from '../../exporter/metrics/format.ts';
import { createSelfMetrics } from '../../exporter/metrics/self.ts';
import {
  documentInstruments,
  hostInstruments,
  processInstruments,
  type SelfInstrument,
} from '../../exporter/metrics/self-instruments.ts';
import type { World } from '../../exporter/model/world.ts';
import { checkOpenMetrics } from '../bed/exposition-checks.ts';
import { needing } from '../bed/need.ts';
import { program } from '../bed/paths.ts';
import { render } from '../unit/metrics/families.ts';
import { costOfContainer } from './container-cost.ts';
import { parseExposition } from './exposition-parser.ts';
import { sampleWorld } from './sample-world.ts';

const families = collectors.flatMap((collector) => collector.families);
const cadvisorFamilies = cadvisorCollectors.flatMap((collector) => collector.families);
const casesOf = (list: readonly BoundFamily[]) => list.map((family) => [family.name, family] as const);
const UNITS = ['seconds', 'bytes', 'ratio', 'cores'];
/** blackbox_exporter's: whether bytes were to blame, not how many. */
const NAMED_BY_OTHERS = new Set(['probe_failed_due_to_bytes']);
const ODD_UNITS =
  /_(percent|percentage|pct|ms|us|ns|(milli|micro|nano)seconds|minutes|hours|days|kb|mb|gb|(kilo|mega|giga|kibi|mebi|gibi)bytes)(_|$)/;

/** Every sample of a family in the sample world: its labels and value. */
function readAll({ scope, read }: BoundFamily, world: World = sampleWorld) {
  return scope.subjects(world).flatMap(([labels, subject]) => {
    const reading = read(subject) ?? [];
    const readings = typeof reading === 'number' ? [[{}, reading] as const] : reading;
    return readings.map(([added, value]) => ({ labels, added, value }));
  });
}

describe.each([
  ['collectors', collectors],
  ["collectors under cAdvisor's names", cadvisorCollectors],
])('the list of %s', (_which, list) => {
  it('has no collector twice', () => {
    const names = list.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    for (const name of names) expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it('has no family twice, nor one that we say of ourselves', () => {
    const own = [processInstruments, documentInstruments, hostInstruments].flatMap((instruments) =>
      Object.values<SelfInstrument>(instruments),
    );
    const names = [...list.flatMap((collector) => collector.families), ...own].map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe.each(casesOf(families))('the name of %s', (name, family) => {
  const base = name.replace(/_total$/, '');

  it('is named by the rules', () => {
    expect(name).toMatch(/^(docker|probe|harborlight)_[a-z0-9]+(_[a-z0-9]+)*$/);
    expect(name).not.toMatch(ODD_UNITS);
    expect(name.endsWith('_total')).toBe(family.type === 'counter');
    expect(name.endsWith('_info')).toBe(family.type === 'info');
  });

  it('declares the unit that its name ends in', () => {
    if (NAMED_BY_OTHERS.has(name)) return;
    expect(family.unit).toBe(UNITS.find((unit) => base.endsWith(`_${unit}`)));
  });
});

describe.each(casesOf([...families, ...cadvisorFamilies]))('%s', (_name, family) => {
  it('is explained in one sentence', () => {
    expect(family.help).toMatch(/^[A-Z0-9].*[^.]\.$/);
    expect(family.help).not.toMatch(/[.!?] [A-Z]/);
  });

  it('emits the labels that it declares, and no other', () => {
    const own = family.labels.slice(family.scope.labels.length);
    const samples = readAll(family);
    const pattern = (label: string) => label.replace(/^((?:container_)?label_).*/, '$1*');
    const added = [...new Set(samples.flatMap((sample) => Object.keys(sample.added)))];
    const scoped = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels)))];
    expect(new Set(family.labels).size).toBe(family.labels.length);
    expect(added.filter((label) => !own.includes(pattern(label)))).toEqual([]);
    expect(own.filter((label) => !added.some((emitted) => emitted.startsWith(label.replace('*', ''))))).toEqual([]);
    expect(scoped.filter((label) => !family.scope.labels.includes(pattern(label)))).toEqual([]);
  });

  it('has finite values, none below 0 if it counts, all 1 if it informs', () => {
    const values = readAll(family).map(({ value }) => value);
    expect(values).not.toEqual([]);
    for (const value of values) {
      expect(Number.isFinite(value)).toBe(true);
      if (family.type === 'counter') expect(value).toBeGreaterThanOrEqual(0);
      if (family.type === 'info') expect(value).toBe(1);
    }
  });

  it('is on a subject that carries the same Labels object at each asking', () => {
    const labels = () => family.scope.subjects(sampleWorld).map(([own]) => own);
    const again = labels();
    expect(labels().every((own, index) => own === again[index])).toBe(true);
  });
});

describe('our own instruments', () => {
  it.each(
    [processInstruments, documentInstruments, hostInstruments].flatMap((instruments) =>
      Object.values<SelfInstrument>(instruments),
    ),
  )('$name is explained in one sentence', ({ help }) => {
    expect(help).toMatch(/^[A-Z0-9].*[^.]\.$/);
    expect(help).not.toMatch(/[.!?] [A-Z]/);
  });
});

const self = createSelfMetrics({ version: '1.2.3' });
self.configRead({ ok: true, atSeconds: 1_758_000_000 });
self.requestAnswered({ method: 'GET', route: '/metrics', status: 200, seconds: 0.05 });
self.host('edge-1').callEnded({ endpoint: 'stats', seconds: 0.01 });
self.host('edge-1').callFailed({ endpoint: 'stats', reason: 'timeout' });
const wholeText = async (format: ExpositionFormat) =>
  render({ world: sampleWorld, collectors, self: await self.collect(), format });

describe.each(['text', 'openmetrics'] as const)('the sample world in %s', (format) => {
  it('is read by the strict parser with every family of the list in it', async () => {
    const { text, reports } = await wholeText(format);
    expect(reports.filter(({ error }) => error !== undefined)).toEqual([]);
    const suffix = { counter: '_total', gauge: '', info: '_info' };
    const written = new Set(parseExposition(text, format).map(({ name }) => name));
    const nameIn = ({ name, type }: BoundFamily) =>
      format === 'text' ? name : name.slice(0, name.length - suffix[type].length);
    expect(families.map(nameIn).filter((name) => !written.has(name))).toEqual([]);
  });
});

it('says in OpenMetrics since when the counters count that events feed, and no other', async () => {
  const samples = parseExposition((await wholeText('openmetrics')).text, 'openmetrics').flatMap((of) => of.samples);
  const created = samples.map(({ name }) => name).filter((name) => name.endsWith('_created'));
  expect([...new Set(created)]).toEqual([
    'docker_events_created',
    'docker_event_stream_reconnects_created',
    'docker_event_gaps_created',
    'docker_exits_created',
    'docker_container_exits_created',
    'docker_container_restarts_created',
    'docker_container_oom_events_created',
  ]);
});

describe.each(['promtool-2', 'promtool-3'] as const)('%s check metrics', (part) => {
  it('finds nothing in the sample world', needing(part), async () => {
    const { text } = await wholeText('text');
    const { status, stdout, stderr } = spawnSync(program(part), ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});

describe('the strict parser of prometheus-client', () => {
  it('takes the sample world in OpenMetrics', needing('openmetrics-parser'), async () => {
    expect(await checkOpenMetrics((await wholeText('openmetrics')).text)).toBe('');
  });
});

describe('the budget', () => {
  it('R26: of a plain container is 50 series and 7 KB', () => {
    const { series, characters } = costOfContainer(collectors);
    expect(series).toBeLessThanOrEqual(50);
    expect(characters).toBeLessThanOrEqual(7000);
  });
});
