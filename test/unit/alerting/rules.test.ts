import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { collectors } from '../../../exporter/collectors/index.ts';
import { parsePromql } from '../promql.ts';

const ruleFile = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string(),
          keep_firing_for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
        }),
      ),
    }),
  ),
});
const testFile = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })).default([]),
    }),
  ),
});

const folder = new URL('../../../alerting/', import.meta.url);
const load = (path: string): unknown => parse(readFileSync(new URL(path, folder), 'utf8'));
const rules = readdirSync(new URL('rules/', folder)).flatMap((file) =>
  ruleFile.parse(load(`rules/${file}`)).groups.flatMap((group) => group.rules.map((rule) => ({ file, ...rule }))),
);
const cases = readdirSync(new URL('tests/', folder)).flatMap((file) =>
  testFile.parse(load(`tests/${file}`)).tests.flatMap((group) => group.alert_rule_test),
);
const families = new Set(collectors.flatMap((collector) => collector.families.map((family) => family.name)));

describe.each(rules)('$alert', ({ alert, expr, annotations }) => {
  test('reads only metrics that a collector has', () => {
    const metrics = parsePromql(expr).map(({ metric }) => metric);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((metric) => !families.has(metric))).toEqual([]);
  });

  test('has a runbook that says what it means, how to check and how to fix', () => {
    expect(annotations.runbook_url).toBe(`{{ or $externalLabels.runbook_base "alerting/runbooks" }}/${alert}.md`);
    const headings = readFileSync(new URL(`runbooks/${alert}.md`, folder), 'utf8').match(/^#+ .*$/gm);
    expect(headings).toEqual([`# ${alert}`, '## What it means', '## How to check', '## How to fix']);
  });

  test('says whom it concerns in a sentence', () => {
    expect(annotations.summary).toMatch(/\{\{ \$labels\.host \}\}.*\.$/);
    expect(annotations.description).toMatch(/\.$/);
  });

  test('is tested by promtool both to fire and not to', () => {
    const expected = cases.filter(({ alertname }) => alertname === alert).map(({ exp_alerts }) => exp_alerts.length);
    expect(expected).toEqual(expect.arrayContaining([0, 1]));
  });
});

test('no alert is there twice, and no runbook is left over', () => {
  const alerts = rules.map(({ alert }) => alert).toSorted();
  expect(new Set(alerts).size).toBe(alerts.length);
  expect(readdirSync(new URL('runbooks/', folder)).toSorted()).toEqual(alerts.map((alert) => `${alert}.md`));
});

test('the table of the guide names each alert with its severity', () => {
  const guide = readFileSync(new URL('README.md', folder), 'utf8');
  for (const { alert, labels } of rules) expect(guide).toContain(`| ${alert} | ${labels.severity} |`);
});

test('Alertmanager is given no secret but by files', () => {
  const text = readFileSync(new URL('alertmanager/alertmanager.yml', folder), 'utf8');
  expect(text).not.toMatch(/^\s*-?\s*(api_url|\w*password|\w*token|\w*key|\w*secret|url):/m);
  expect(existsSync(new URL('alertmanager/secrets', folder))).toBe(false);
});
