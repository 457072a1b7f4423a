import { describe, expect, it } from 'vitest';
import { cadvisorCollectors } from '../../exporter/collectors/cadvisor/index.ts';
import type { ContainerSnapshot } from '../../exporter/model/container.ts';
import { checkText } from '../bed/exposition-checks.ts';
import { needing } from '../bed/need.ts';
import { render } from '../unit/metrics/families.ts';
import { CADVISOR_METRICS } from './cadvisor-metrics.ts';
import { costOfContainer } from './container-cost.ts';
import { parseExposition } from './exposition-parser.ts';
import { sampleWorld } from './sample-world.ts';

const families = cadvisorCollectors.flatMap((collector) => collector.families);
const names = families.map(({ name }) => name);
/** The same once more, as another host has it. */
const recreated = (container: ContainerSnapshot) => ({ ...container, identity: { ...container.identity } });
const UNIT = /_(seconds|bytes|cores)(?:_total)?$/;

describe("what is told under cAdvisor's names", () => {
  it('is what the list of its metrics has, all of it', () => {
    expect(names.toSorted()).toEqual([...CADVISOR_METRICS.keys()].toSorted());
  });

  it.each(families.map((family) => [family.name, family] as const))(
    '%s has the type and the labels that it has there, and the unit of its name',
    (name, { type, unit, labels, scope }) => {
      expect([type, ...labels.slice(scope.labels.length)]).toEqual(CADVISOR_METRICS.get(name));
      expect(scope.labels).toEqual(
        name.startsWith('machine_') ? ['host'] : ['host', 'id', 'image', 'name', 'container_label_*'],
      );
      const named = UNIT.exec(name)?.[1];
      expect(unit).toBe(named ?? unit);
    },
  );
});

describe("the sample world under cAdvisor's names", () => {
  const { text, reports } = render({ world: sampleWorld, collectors: cadvisorCollectors });

  it('is read by the strict parser with every family of the list in it', () => {
    expect(reports.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(parseExposition(text, 'text').map(({ name }) => name)).toEqual(names);
  });

  it('has what boards select containers by on every series of one', () => {
    const samples = parseExposition(text, 'text').flatMap((family) => family.samples);
    const ofContainers = samples.filter(({ name }) => name.startsWith('container_'));
    expect(ofContainers.length).toBeGreaterThan(names.length);
    for (const { labels } of ofContainers) {
      expect(labels).toMatchObject({
        host: 'edge-1',
        id: '/system.slice/docker-3f4e8a1c9b2d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f.scope',
        image: 'registry.example/shop/web:2.7.1',
        name: 'shop-web-1.k3v9x1q7w2e5',
        container_label_org_example_team: 'the "A" \\ team\nof two lines',
      });
    }
  });

  it('keeps two hosts apart that have a container of one id and name, as clones of a machine do', () => {
    const [host] = sampleWorld.hosts;
    const clone = host && { ...host, host: 'edge-2', seriesLabels: { host: 'edge-2' } };
    const world = { hosts: host && clone ? [host, { ...clone, containers: clone.containers.map(recreated) }] : [] };
    const both = render({ world, collectors: cadvisorCollectors }).text;
    const seen = parseExposition(both, 'text').flatMap(({ samples }) => samples.map(({ labels }) => labels['host']));
    expect(new Set(seen)).toEqual(new Set(['edge-1', 'edge-2']));
  });

  it.each(['2', '3'] as const)(
    'has nothing that promtool of Prometheus %s finds fault with, but a name of cAdvisor',
    needing('promtool-2', 'promtool-3'),
    async (version) => {
      const said = await checkText(text, version);
      expect(said.replace(/^exit code 3: /, '')).toBe(
        'container_memory_failcnt counter metrics should have "_total" suffix\n',
      );
    },
  );
});

describe('the budget', () => {
  it("of a plain container under cAdvisor's names is 40 series and 7 KB", () => {
    const { series, characters } = costOfContainer(cadvisorCollectors);
    expect(series).toBeLessThanOrEqual(40);
    expect(characters).toBeLessThanOrEqual(7000);
  });
});
