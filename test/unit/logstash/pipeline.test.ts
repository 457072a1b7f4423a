import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { repositoryPath } from '../../bed/paths.ts';
import { mappedFields } from './mapped-fields.ts';
import { type PipelinePlugin, type PipelineValue, parsePipeline } from './parse-pipeline.ts';
import { forbiddenForDataStreams, pluginOptions } from './plugin-options.ts';

// No Logstash runs here: the workflow does that. This holds the text against what is known of Logstash and of our fields.

const folder = join(repositoryPath, 'logstash/pipeline');
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
/** As Logstash reads a folder: all files as one. */
const plugins = files.toSorted((a, b) => (a.name < b.name ? -1 : 1)).flatMap(({ text }) => parsePipeline(text));
const ofName = (section: string, name: string) =>
  plugins.filter((plugin) => plugin.section === section && plugin.name === name);
const textOf = (value: PipelineValue | undefined): string | undefined =>
  value?.kind === 'string' || value?.kind === 'bare' ? value.text : undefined;
const textsOf = (value: PipelineValue | undefined): readonly string[] =>
  value?.kind === 'array' ? value.items.flatMap((item) => textOf(item) ?? []) : [];
const entriesOf = (value: PipelineValue | undefined): readonly (readonly [string, string])[] =>
  value?.kind === 'hash' ? value.entries.map(([key, inner]) => [key, textOf(inner) ?? ''] as const) : [];

test.each([
  ['a missing brace', 'input { http { port => 1 }'],
  ['a brace too many', 'output { }\n}'],
  ['an unknown section', 'inputs { }'],
  ['an option without a value', 'input { http { port => } }'],
  ['an option twice', 'input { http { port => 1 port => 2 } }'],
  ['an if without a condition', 'output { if { } }'],
  ['a missing comma', 'output { file { path => ["a" "b"] } }'],
])('the reader of pipelines finds %s', (_what, text) => {
  expect(() => parsePipeline(text)).toThrow(/^line \d+: /);
});

test('each file is read to its end and has its braces in balance', () => {
  expect(files.map(({ name }) => name).toSorted()).toEqual(['harborlight.conf', 'shippers.conf']);
  expect(plugins.map(({ section, name }) => `${section} ${name}`)).toEqual(
    expect.arrayContaining(Object.keys(pluginOptions)),
  );
});

/** The commented lines that are for TLS, as if they were not. */
const withTls = files.flatMap(({ text }) => parsePipeline(text.replace(/^(\s*)# (ssl_\w+ =>)/gm, '$1$2')));

test.each([
  ['as it is', plugins],
  ['with TLS', withTls],
])('%s, every plugin and every option is one of Logstash, with a value of its kind', (_what, all) => {
  const wrong = all.flatMap((plugin) =>
    [...plugin.options].flatMap(([option, value]) => {
      const wanted = pluginOptions[`${plugin.section} ${plugin.name}`]?.[option];
      return wanted !== undefined && isOfKind(value, wanted) ? [] : [`${plugin.section} ${plugin.name} ${option}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('with TLS, more options are set than without', () => {
  const count = (all: readonly PipelinePlugin[]) => all.reduce((sum, { options }) => sum + options.size, 0);
  expect(count(withTls)).toBe(count(plugins) + 10);
});

const isOfKind = (value: PipelineValue, wanted: string): boolean => {
  const text = textOf(value) ?? '';
  if (wanted === 'hash') return value.kind === 'hash';
  if (wanted === 'list') return value.kind === 'array' && value.items.length > 0;
  if (wanted === 'codec') return value.kind === 'bare';
  // Numbers may come from the environment.
  if (wanted === 'number') return /^\d+$/.test(text) || /^\$\{\w+:\d+\}$/.test(text);
  return wanted === 'boolean' ? /^(?:true|false)$/.test(text) : value.kind === 'string';
};

test('each plugin has an id of its own, by which its metrics are told apart', () => {
  const ids = plugins.map(({ options }) => textOf(options.get('id')));
  expect(new Set(ids).size).toBe(plugins.length);
  expect(ids).not.toContain(undefined);
});

test('every line of a body is read, whatever its content type, and nothing of the request is mixed in', () => {
  const [http] = ofName('input', 'http');
  expect(textOf(http?.options.get('codec'))).toBe('json_lines');
  expect(http?.options.get('additional_codecs')).toEqual({ kind: 'hash', entries: [] });
  expect(textOf(http?.options.get('ecs_compatibility'))).toBe('disabled');
  for (const field of ['remote_host_target_field', 'request_headers_target_field'])
    expect(textOf(http?.options.get(field))).toMatch(/^\[@metadata\]/);
});

test('document_id is set only where there is an id', () => {
  const outputs = ofName('output', 'elasticsearch');
  const [withId, withoutId] = outputs;
  expect(outputs).toHaveLength(2);
  expect(textOf(withId?.options.get('document_id'))).toBe('%{[@metadata][id]}');
  expect(withId?.conditions.at(-1)).toBe('[@metadata][id]');
  expect(withoutId?.options.has('document_id')).toBe(false);
  expect(withoutId?.conditions.at(-1)).toContain('not ([@metadata][id])');
});

test('both outputs create documents in data streams and set nothing that these forbid', () => {
  for (const { options } of ofName('output', 'elasticsearch')) {
    expect(textOf(options.get('data_stream'))).toBe('true');
    expect(textOf(options.get('action'))).toBe('create');
    expect([...options.keys()].filter((name) => forbiddenForDataStreams.test(name))).toEqual([]);
  }
});

test('what is no document goes to a file before any output to Elasticsearch is asked', () => {
  const [refused] = ofName('output', 'file');
  expect(refused?.conditions).toEqual(['"_jsonparsefailure" in [tags] or ![data_stream][dataset]']);
});

test('secrets come from the environment or the keystore, without a default', () => {
  const secrets = plugins.flatMap(({ options }) =>
    [...options].flatMap(([name, value]) => (/password|api_key/.test(name) ? [textOf(value)] : [])),
  );
  expect(secrets).toEqual(['${HARBORLIGHT_HTTP_PASSWORD}', '${ELASTICSEARCH_API_KEY}', '${ELASTICSEARCH_API_KEY}']);
});

test('who listens, listens on this machine alone unless told otherwise', () => {
  const hosts = plugins.filter(({ section }) => section === 'input').map(({ options }) => textOf(options.get('host')));
  expect(hosts).toHaveLength(4);
  for (const host of hosts) expect(host).toMatch(/^\$\{HARBORLIGHT_\w+:127\.0\.0\.1\}$/);
});

test('the id and the data stream that the exporter says travel beside the document and are taken off it', () => {
  const [delivery] = ofName('filter', 'mutate');
  expect(delivery?.conditions).toEqual(['[harborlight_delivery][id]']);
  expect(Object.fromEntries(entriesOf(delivery?.options.get('rename')))).toEqual({
    '[harborlight_delivery][id]': '[@metadata][id]',
    '[harborlight_delivery][dataset]': '[data_stream][dataset]',
    '[harborlight_delivery][namespace]': '[data_stream][namespace]',
  });
  expect(textsOf(delivery?.options.get('remove_field'))).toContain('harborlight_delivery');
});

/** The fields that a filter sets, by their names in a document. */
const fieldsSetBy = ({ options }: PipelinePlugin): readonly string[] => {
  const targets = [
    ...entriesOf(options.get('rename')).map(([, target]) => target),
    ...entriesOf(options.get('copy')).map(([, target]) => target),
    ...entriesOf(options.get('replace')).map(([target]) => target),
    ...entriesOf(options.get('add_field')).map(([target]) => target),
    ...entriesOf(options.get('mapping')).flatMap(([, pattern]) =>
      [...pattern.matchAll(/%\{([^}]+)\}/g)].map(([, target = '']) => target),
    ),
  ];
  return targets
    .filter((target) => !target.startsWith('[@metadata]'))
    .map((target) => target.replace(/^\[|\]$/g, '').replaceAll('][', '.'));
};

test('every field that the pipeline sets is in the template', () => {
  const mapped = mappedFields('elasticsearch-8.8');
  const fields = new Set(plugins.flatMap(fieldsSetBy));
  expect([...fields].toSorted()).toEqual(
    expect.arrayContaining([
      'container.id',
      'container.name',
      'data_stream.dataset',
      'host.name',
      'log.level',
      'stream',
    ]),
  );
  expect([...fields].filter((name) => !mapped.has(name))).toEqual([]);
});

test('of what others ship only fields stay that the template knows', () => {
  const [prune] = ofName('filter', 'prune');
  expect(prune?.conditions).toEqual(['[@metadata][shipper]']);
  const roots = new Set([...mappedFields('elasticsearch-8.8').keys()].map((name) => name.split('.')[0]));
  const kept = textsOf(prune?.options.get('whitelist_names')).map((pattern) => pattern.slice(1, -1));
  expect(kept.filter((name) => !roots.has(name))).toEqual([]);
  expect(kept).toEqual(expect.arrayContaining(['@timestamp', 'message', 'container', 'data_stream', 'stream']));
});

test('each input for other shippers says who ships, and a filter answers to each', () => {
  const shippers = plugins.flatMap(({ options }) =>
    entriesOf(options.get('add_field')).flatMap(([field, value]) => (field === '[@metadata][shipper]' ? [value] : [])),
  );
  expect(shippers).toEqual(['filebeat', 'syslog', 'gelf']);
  for (const shipper of shippers) {
    const asked = plugins.filter(({ conditions }) => conditions.includes(`[@metadata][shipper] == "${shipper}"`));
    expect(asked.length, shipper).toBeGreaterThan(0);
  }
});

const read = (name: string): Readonly<Record<string, unknown>> =>
  // Our own files.
  parse(readFileSync(join(repositoryPath, 'logstash', name), 'utf8')) as Readonly<Record<string, unknown>>;

test('the settings keep the queue and what is refused on disk', () => {
  expect(read('logstash.yml')).toMatchObject({
    'queue.type': 'persisted',
    'dead_letter_queue.enable': true,
    'pipeline.ecs_compatibility': 'v8',
  });
});

test('Filebeat sends to the port of the beats input and gives each line an id', () => {
  const { processors, 'output.logstash': output } = read('filebeat.yml');
  const [beats] = ofName('input', 'beats');
  const port = /:(\d+)\}$/.exec(textOf(beats?.options.get('port')) ?? '')?.[1];
  expect(output).toMatchObject({ hosts: [`127.0.0.1:${port}`] });
  expect(JSON.stringify(processors)).toContain(
    '"fields":["container.id","stream","log.offset","@timestamp","message"],"target_field":"@metadata._id"',
  );
});
