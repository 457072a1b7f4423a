import { readdirSync, readFileSync } from 'node:fs';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { collectors } from '../../../exporter/collectors/index.ts';
import { parsePromql } from '../promql.ts';

// The rules of Grafana's dashboard-linter that can be decided from a file, and a few of our own.

const dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  editable: z.boolean(),
  templating: z.object({
    list: z.array(
      z.object({
        type: z.string(),
        name: z.string(),
        label: z.string(),
        query: z.string(),
        multi: z.boolean(),
        refresh: z.number().optional(),
        allValue: z.string().optional(),
        datasource: z.object({ uid: z.string() }).optional(),
      }),
    ),
  }),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), expr: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string().min(1),
      description: z.string().min(1),
      type: z.string(),
      datasource: z.object({ uid: z.string() }),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      fieldConfig: z.object({ defaults: z.object({ unit: z.string(), noValue: z.string().min(1) }) }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string(), legendFormat: z.string().min(1) })).min(1),
    }),
  ),
});

const folder = new URL('../../../dashboards/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const families = new Set(collectors.flatMap((collector) => collector.families.map((family) => family.name)));
const unitNames: readonly unknown[] = Object.values(units);

/** What Grafana puts in the place of its own variables. */
const interpolate = (expr: string): string => expr.replaceAll('$__rate_interval', '1m');

describe.each(files)('%s', (file) => {
  const { uid, editable, templating, annotations, panels } = dashboard.parse(
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
  );
  const targets = panels.flatMap((panel) => panel.targets.map((target) => ({ ...target, panel: panel.title })));
  const expressions = [...targets, ...annotations.list].map(({ expr }) => expr);
  const selectors = expressions.flatMap((expr) => parsePromql(interpolate(expr)));
  const variables = templating.list.filter(({ type }) => type === 'query');

  test('cannot be edited, and is called as its file', () => {
    expect(editable).toBe(false);
    expect(`${uid}.json`).toBe(file);
  });

  test('asks first for the data source', () => {
    expect(templating.list[0]).toMatchObject({
      type: 'datasource',
      name: 'prometheus_datasource',
      label: 'Prometheus data source',
    });
  });

  test('lets one choose job and instance', () => {
    expect(variables.map(({ name, label }) => [name, label])).toEqual(
      expect.arrayContaining([
        ['job', 'Job'],
        ['instance', 'Instance'],
      ]),
    );
  });

  test.each(variables)('variable $name takes several values and follows the time range', (variable) => {
    expect(variable).toMatchObject({
      multi: true,
      allValue: '.+',
      refresh: 2,
      datasource: { uid: '${prometheus_datasource}' },
    });
    const series = /^label_values\((?<series>.+), \w+\)$/.exec(variable.query)?.groups?.['series'] ?? '';
    expect(parsePromql(series).map(({ metric }) => families.has(metric))).toEqual([true]);
  });

  test('panels have ids of their own, the chosen data source and a unit that Grafana knows', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { id, datasource, fieldConfig } of panels) {
      expect(id).toBeGreaterThan(0);
      expect(datasource.uid).toBe('${prometheus_datasource}');
      expect(unitNames).toContain(fieldConfig.defaults.unit);
    }
  });

  test('no two panels lie on one another', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  test.each(targets)('$panel, $refId reads the chosen job and instance only', ({ expr }) => {
    for (const { matchers } of parsePromql(interpolate(expr)))
      expect(matchers).toEqual(expect.arrayContaining(['job=~"$job"', 'instance=~"$instance"', 'host=~"$host"']));
  });

  test.each(targets)('$panel, $refId rates counters, and only those, over $__rate_interval', ({ expr }) => {
    for (const { metric, within } of parsePromql(interpolate(expr))) {
      expect(metric.endsWith('_total')).toBe(['rate', 'increase'].includes(within[0] ?? ''));
    }
    expect(expr.match(/\[[^\]]+\]/g) ?? []).toEqual((expr.match(/\[/g) ?? []).map(() => '[$__rate_interval]'));
  });

  test('every metric is one that a collector has', () => {
    expect(selectors.map(({ metric }) => metric).filter((metric) => !families.has(metric))).toEqual([]);
  });
});
