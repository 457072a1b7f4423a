import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEvent } from '../../exporter/docker/parse/event.ts';
import { encodeEvent, isDocumented } from '../../exporter/documents/encode-event.ts';
import { repositoryPath } from '../bed/paths.ts';

// No Logstash runs here: the pipeline's text is held against documents of recorded events.

const pipeline = readFileSync(join(repositoryPath, 'logstash/pipeline/harborlight.conf'), 'utf8').replace(
  /^\s*#.*$/gm,
  '',
);
const golden = join(repositoryPath, 'test/golden');
const documents = readdirSync(golden)
  .filter((name) => name.startsWith('engine-'))
  .flatMap((name) =>
    readFileSync(join(golden, name, 'events.ndjson'), 'utf8')
      .trim()
      .split('\n'),
  )
  .map(parseEvent)
  .filter(isDocumented)
  .map((event) => encodeEvent(event, 'edge-1'));

/** The value of `[a][b]` in a document. */
const valueAt = (document: object, reference: string): unknown =>
  [...reference.matchAll(/\[([^\]]+)\]/g)].reduce<unknown>(
    (value, [, key = '']) => (value instanceof Object ? new Map(Object.entries(value)).get(key) : undefined),
    document,
  );
/** The settings of one plugin, as text. */
const settingsOf = (plugin: string): ReadonlyMap<string, string> => {
  const [, body = ''] = new RegExp(`^ *${plugin} \\{$([^]*?)^ *\\}$`, 'm').exec(pipeline) ?? [];
  return new Map([...body.matchAll(/^ *(\w+) => (.+)$/gm)].map(([, name = '', value = '']) => [name, value]));
};

test('every field the pipeline reads is in every document', () => {
  const references = [...pipeline.matchAll(/(?:\[[@\w]+\])+/g)]
    .map(([reference]) => reference)
    .filter((reference) => !reference.startsWith('[@metadata]'));
  expect(references).toContain('[event][id]');
  expect(documents.length).toBeGreaterThan(240);
  for (const reference of references)
    expect(documents.filter((document) => typeof valueAt(document, reference) !== 'string')).toEqual([]);
});

test('documents go to the data stream they name, created once by their own id', () => {
  const settings = settingsOf('elasticsearch');
  expect(settings.get('data_stream')).toBe('"true"');
  expect(settings.get('action')).toBe('"create"');
  expect(settings.get('document_id')).toBe('"%{[event][id]}"');
  const streams = documents.map(({ data_stream: { type, dataset, namespace } }) => `${type}-${dataset}-${namespace}`);
  expect([...new Set(streams)]).toEqual(['logs-harborlight.event-default']);
});

test('the output has no setting that data streams forbid', () => {
  const forbidden = [...settingsOf('elasticsearch').keys()].filter((name) =>
    /^(index|ilm_|template|rollover)/.test(name),
  );
  expect(forbidden).toEqual([]);
});

test('every line of a body is read, whatever its content type, and nothing of the request is mixed in', () => {
  const settings = settingsOf('http');
  expect(settings.get('codec')).toBe('json_lines');
  expect(settings.get('additional_codecs')).toBe('{}');
  expect(settings.get('ecs_compatibility')).toBe('"disabled"');
  for (const field of ['remote_host_target_field', 'request_headers_target_field'])
    expect(settings.get(field)).toMatch(/^"\[@metadata\]/);
});

test('secrets come from the environment, without a default', () => {
  const secrets = [...settingsOf('http'), ...settingsOf('elasticsearch')].filter(([name]) =>
    /password|api_key/.test(name),
  );
  expect(secrets.map(([, value]) => value)).toEqual(['"${HARBORLIGHT_HTTP_PASSWORD}"', '"${ELASTICSEARCH_API_KEY}"']);
});
