import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryPath } from '../../bed/paths.ts';
import { installedFile, mappedFields, type Variant, variants } from './mapped-fields.ts';

const filesOf = (variant: Variant): readonly string[] =>
  readdirSync(join(repositoryPath, 'logstash/elasticsearch', variant), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();

const datasets = ['container', 'event', 'health', 'probe', 'alert', 'gap', 'app'];

test.each(variants)('%s: only field types that all stores have', (variant) => {
  const flat = variant === 'opensearch' ? 'flat_object' : 'flattened';
  const types = new Set([...mappedFields(variant).values()].map(({ type }) => type));
  expect([...types].toSorted()).toEqual(['date_nanos', flat, 'ip', 'keyword', 'long', 'text'].toSorted());
});

test.each(variants)('%s: no value of a keyword is too long for its index', (variant) => {
  const keywords = [...mappedFields(variant)].filter(([, { type }]) => type === 'keyword');
  // 32,766 bytes, at four bytes a character.
  for (const [name, { ignore_above }] of keywords) expect(ignore_above, name).toBeLessThanOrEqual(8191);
});

test('flattened fields leave out what is too long; flat_object knows no such limit', () => {
  for (const variant of variants) {
    const flat = [...mappedFields(variant).values()].filter(({ type }) => type.startsWith('flat'));
    expect(flat.map(({ ignore_above }) => ignore_above)).toEqual(
      flat.map(() => (variant === 'opensearch' ? undefined : 1024)),
    );
  }
});

test('the fields are the same in all stores but for the type of the flat ones', () => {
  const normalised = (variant: Variant) =>
    [...mappedFields(variant)].map(([name, field]) =>
      field.type.startsWith('flat') ? [name, { type: 'flat' }] : [name, field],
    );
  expect(normalised('elasticsearch-7.17')).toEqual(normalised('elasticsearch-8.8'));
  expect(normalised('opensearch')).toEqual(normalised('elasticsearch-8.8'));
});

test('the settings are the same in all stores', () => {
  const settings = (variant: Variant) => installedFile(variant, '_component_template/harborlight@settings');
  expect(settings('elasticsearch-7.17')).toEqual(settings('elasticsearch-8.8'));
  expect(settings('opensearch')).toEqual(settings('elasticsearch-8.8'));
});

test('lifecycles and roles of both Elasticsearch variants are the same', () => {
  for (const file of filesOf('elasticsearch-7.17').filter((name) => /^_ilm|^_security|@ilm$/.test(name)))
    expect(installedFile('elasticsearch-7.17', file), file).toEqual(installedFile('elasticsearch-8.8', file));
});

interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly priority: number;
  readonly data_stream: object;
  readonly composed_of: readonly string[];
  readonly ignore_missing_component_templates?: readonly string[];
}
const templatesOf = (variant: Variant): readonly IndexTemplate[] =>
  filesOf(variant)
    .filter((file) => file.startsWith('_index_template/'))
    // Our own files.
    .map((file) => installedFile(variant, file) as IndexTemplate);

test.each(variants)('%s: each dataset has one template, before any of Fleet', (variant) => {
  const templates = templatesOf(variant);
  const patterns = templates.flatMap(({ index_patterns }) => index_patterns);
  expect(patterns.toSorted()).toEqual(datasets.map((name) => `logs-harborlight.${name}-*`).toSorted());
  for (const { priority, data_stream } of templates)
    expect({ priority, data_stream }).toEqual({ priority: 250, data_stream: {} });
});

test.each(variants)('%s: every component that a template is made of is there or may be missing', (variant) => {
  const components = filesOf(variant).flatMap((file) => /^_component_template\/(.+)$/.exec(file)?.[1] ?? []);
  for (const { composed_of, ignore_missing_component_templates = [] } of templatesOf(variant)) {
    const missing = composed_of.filter((name) => !components.includes(name));
    expect(missing.filter((name) => !ignore_missing_component_templates.includes(name))).toEqual([]);
    // What is one's own counts last.
    expect(composed_of.at(-1)).toMatch(/^harborlight\.(?:lines|records)@custom$/);
  }
});

test('OpenSearch gets no key that it refuses', () => {
  const text = JSON.stringify(filesOf('opensearch').map((file) => installedFile('opensearch', file)));
  for (const key of [
    'lifecycle',
    'allow_auto_create',
    'ignore_missing_component_templates',
    'subobjects',
    'index.mode',
  ])
    expect(text).not.toContain(`"${key}"`);
});

test('ISM manages the data streams that the templates make, with the same ages as ILM', () => {
  for (const [kind, days] of [
    ['lines', '30d'],
    ['records', '90d'],
  ] as const) {
    const ism = JSON.stringify(installedFile('opensearch', `_plugins/_ism/policies/harborlight-${kind}`));
    const ilm = JSON.stringify(installedFile('elasticsearch-8.8', `_ilm/policy/harborlight-${kind}`));
    const retention = JSON.stringify(
      installedFile('elasticsearch-8.8', `_component_template/harborlight.${kind}@retention`),
    );
    expect(ism).toContain(`"min_rollover_age":"${days}"`);
    expect(ilm).toContain(`"delete":{"min_age":"${days}"`);
    expect(retention).toContain(`"data_retention":"${days}"`);
    const { index_patterns } = installedFile('opensearch', `_index_template/harborlight-${kind}`) as IndexTemplate;
    expect(ism).toContain(`"index_patterns":${JSON.stringify(index_patterns)}`);
  }
});
