import { asObject, isObject } from '../json.ts';
import type { CaseStore } from './case-store.ts';
import type { StoreCase } from './store-case.ts';

const template = (pattern: string, more: object = {}) => ({
  index_patterns: [pattern],
  data_stream: {},
  priority: 300,
  ...more,
});
const answers = async (...asked: readonly (() => Promise<string>)[]): Promise<string> => {
  const all: string[] = [];
  for (const ask of asked) all.push(await ask());
  return all.join('; ');
};
const fill = async ({ bulk, makeStream }: CaseStore, name: string) => {
  const stream = await makeStream(name);
  const documents = [1, 2, 3].flatMap((n) => [{ create: { _id: `r${n}` } }, { '@timestamp': `2026-01-0${n}`, n }]);
  await bulk(stream, ...documents);
  return stream;
};

/** With its keys in order, which differs, and without its dates. */
const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) =>
    key.endsWith('_millis')
      ? 0
      : isObject(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([first], [second]) => (first < second ? -1 : 1)))
        : inner,
  );

/** Templates, and how what is stored is found again. */
export const readCases: readonly StoreCase[] = [
  {
    name: 'a template key that is not everywhere',
    run: ({ ask }) =>
      answers(
        () => ask('PUT', '/_index_template/k1', template('k1-*', { template: { lifecycle: {} } })),
        () => ask('PUT', '/_index_template/k2', template('k2-*', { allow_auto_create: true })),
        () =>
          ask(
            'PUT',
            '/_index_template/k3',
            template('k3-*', { composed_of: ['nosuch'], ignore_missing_component_templates: ['nosuch'] }),
          ),
        () => ask('PUT', '/_index_template/k4', template('k4-*', { template: { mappings: { subobjects: false } } })),
        () => ask('PUT', '/_index_template/k5', template('k5-*', { nosuch: 1 })),
      ),
    expected: {
      elasticsearch: '200; 200; 200; 200; 400 x_content_parse_exception',
      'elasticsearch-7': '400 x_content_parse_exception; 200; 200; 200; 400 x_content_parse_exception',
      opensearch:
        '400 x_content_parse_exception; 400 x_content_parse_exception; 400 x_content_parse_exception; 400 illegal_argument_exception; 400 x_content_parse_exception',
    },
  },
  {
    name: 'a template of what is not there, with a pattern that another has, without a pattern',
    run: ({ ask }) =>
      answers(
        () => ask('PUT', '/_index_template/w1', template('w1-*', { composed_of: ['nosuch'] })),
        () => ask('PUT', '/_index_template/w2', template('w2-*')),
        () => ask('PUT', '/_index_template/w3', template('w2-a*')),
        () => ask('PUT', '/_index_template/w4', { data_stream: {} }),
        () => ask('PUT', '/_index_template/w2?create=true', template('w2-*')),
      ),
    expected:
      '400 invalid_index_template_exception; 200; 400 illegal_argument_exception; 400 illegal_argument_exception; 400 illegal_argument_exception',
  },
  {
    name: 'field types and settings that are not everywhere',
    run: ({ ask }) => {
      const type = (name: string) => () =>
        ask('PUT', `/_component_template/t-${name}`, { template: { mappings: { properties: { x: { type: name } } } } });
      return answers(type('flattened'), type('flat_object'), type('nosuch'), () =>
        ask('PUT', '/_component_template/s', { template: { settings: { 'index.nosuch': 1 } } }),
      );
    },
    expected: {
      elasticsearch: '200; 400 mapper_parsing_exception; 400 mapper_parsing_exception; 400 illegal_argument_exception',
      opensearch: '400 mapper_parsing_exception; 200; 400 mapper_parsing_exception; 400 illegal_argument_exception',
      'opensearch-3': '400 mapper_parsing_exception; 200; 400 mapper_parsing_exception; 400 settings_exception',
    },
  },
  {
    name: 'a version as a field type',
    run: ({ ask }) =>
      ask('PUT', '/_component_template/version', {
        template: { mappings: { properties: { x: { type: 'version' } } } },
      }),
    expected: { elasticsearch: '200', opensearch: '400 mapper_parsing_exception', 'opensearch-3': '200' },
    inTheBed: {
      because: 'the field types of X-Pack are not among its artifacts',
      expected: {
        elasticsearch: '400 mapper_parsing_exception',
        opensearch: '400 mapper_parsing_exception',
        'opensearch-3': '200',
      },
    },
  },
  {
    name: 'lifecycle and roles',
    run: ({ ask }) =>
      answers(
        () => ask('PUT', '/_ilm/policy/p', { policy: { phases: {} } }),
        () => ask('PUT', '/_plugins/_ism/policies/p', { policy: { states: [] } }),
        () => ask('PUT', '/_security/role/r', { cluster: [] }),
        () => ask('PUT', '/_component_template/ilm', { template: { settings: { 'index.lifecycle.name': 'p' } } }),
      ),
    expected: {
      elasticsearch: '200; 400 no …; 200; 200',
      opensearch: '400 no …; 201; 400 no …; 400 illegal_argument_exception',
      'opensearch-3': '400 no …; 201; 400 no …; 400 settings_exception',
    },
    inTheBed: {
      because: 'neither has its plugins for lifecycle and security',
      expected: {
        elasticsearch: '400 no …; 400 no …; 400 no …; 400 illegal_argument_exception',
        opensearch: '400 no …; 400 no …; 400 no …; 400 illegal_argument_exception',
        'opensearch-3': '400 no …; 400 no …; 400 no …; 400 settings_exception',
      },
    },
  },
  {
    name: 'a parameter of a field that does not exist',
    run: ({ ask }) =>
      ask('PUT', '/_component_template/fp', {
        template: { mappings: { properties: { x: { type: 'keyword', nosuch: 1 } } } },
      }),
    expected: '400 mapper_parsing_exception',
  },
  {
    name: 'a template as it is given back',
    run: async ({ ask, send }) => {
      const part = {
        settings: { number_of_replicas: 0, 'index.refresh_interval': '5s' },
        mappings: { properties: { x: { type: 'keyword' } } },
      };
      await ask('PUT', '/_component_template/back', { template: part, version: 3, _meta: { by: 'me' } });
      await ask(
        'PUT',
        '/_index_template/back',
        template('back-*', { composed_of: ['back'], template: { settings: { index: { codec: 'best_compression' } } } }),
      );
      const one = await send({ method: 'GET', path: '/_component_template/back' });
      const two = await send({ method: 'GET', path: '/_index_template/back' });
      return sortedJson(one.json) + sortedJson(two.json);
    },
    expected: {
      elasticsearch:
        '{"component_templates":[{"component_template":{"_meta":{"by":"me"},"template":{"mappings":{"properties":{"x":{"type":"keyword"}}},"settings":{"index":{"number_of_replicas":"0","refresh_interval":"5s"}}},"version":3},"name":"back"}]}{"index_templates":[{"index_template":{"composed_of":["back"],"data_stream":{"allow_custom_routing":false,"hidden":false},"index_patterns":["back-*"],"priority":300,"template":{"settings":{"index":{"codec":"best_compression"}}}},"name":"back"}]}',
      'elasticsearch-9':
        '{"component_templates":[{"component_template":{"_meta":{"by":"me"},"created_date_millis":0,"modified_date_millis":0,"template":{"mappings":{"properties":{"x":{"type":"keyword"}}},"settings":{"index":{"number_of_replicas":"0","refresh_interval":"5s"}}},"version":3},"name":"back"}]}{"index_templates":[{"index_template":{"composed_of":["back"],"created_date_millis":0,"data_stream":{"allow_custom_routing":false,"hidden":false},"index_patterns":["back-*"],"modified_date_millis":0,"priority":300,"template":{"settings":{"index":{"codec":"best_compression"}}}},"name":"back"}]}',
      opensearch:
        '{"component_templates":[{"component_template":{"_meta":{"by":"me"},"template":{"mappings":{"properties":{"x":{"type":"keyword"}}},"settings":{"index":{"number_of_replicas":"0","refresh_interval":"5s"}}},"version":3},"name":"back"}]}{"index_templates":[{"index_template":{"composed_of":["back"],"data_stream":{"timestamp_field":{"name":"@timestamp"}},"index_patterns":["back-*"],"priority":300,"template":{"settings":{"index":{"codec":"best_compression"}}}},"name":"back"}]}',
    },
  },
  {
    name: 'templates that are not there, and one that is in use',
    run: (store) =>
      answers(
        () => store.ask('GET', '/_index_template/nosuch'),
        () => store.ask('GET', '/_component_template/nosuch'),
        () => store.ask('HEAD', '/_index_template/nosuch'),
        () => store.ask('GET', '/_index_template/nosuch*'),
        () => store.ask('DELETE', '/_index_template/nosuch'),
        async () => {
          await fill(store, 'used');
          return store.ask('DELETE', '/_index_template/used');
        },
        async () => {
          await store.ask('PUT', '/_component_template/part', { template: {} });
          await store.ask('PUT', '/_index_template/whole', template('whole-*', { composed_of: ['part'] }));
          return store.ask('DELETE', '/_component_template/part');
        },
      ),
    expected:
      '404 resource_not_found_exception; 404 resource_not_found_exception; 404; 404; 404 index_template_missing_exception; 400 illegal_argument_exception; 400 illegal_argument_exception',
  },
  {
    name: 'documents by their ids, found at once',
    run: async (store) => {
      const stream = await fill(store, 'mget');
      const { json } = await store.send({ method: 'GET', path: `/${stream}` });
      const [index] = Object.keys(asObject(json));
      const docs = [
        ['r1', index],
        ['nosuch', index],
        ['r1', 'no-such-index'],
      ].map(([_id, _index]) => ({ _id, _index }));
      return answers(
        () => store.ask('POST', '/_mget', { docs }),
        () => store.ask('POST', `/${stream}/_mget`, { ids: ['r2', 'r9'] }),
        async () => {
          await store.ask('POST', `/${stream}/_rollover`);
          return store.ask('POST', `/${stream}/_mget`, { ids: ['r2', 'r9'] });
        },
        () => store.ask('POST', '/_mget', { docs: [] }),
      );
    },
    expected:
      '200: found, not found, index_not_found_exception; 200: index_not_found_exception, index_not_found_exception; 200: index_not_found_exception, index_not_found_exception; 400 action_request_validation_exception',
  },
  {
    name: 'a count, and a search in order, after a refresh',
    run: async (store) => {
      const stream = await fill(store, 'search');
      await store.ask('POST', `/${stream}/_refresh`);
      const search = async (body: object) => {
        const headers = { 'content-type': 'application/json' };
        const { json } = await store.send({
          method: 'POST',
          path: `/${stream}/_search?filter_path=hits.total,hits.hits._id,hits.hits.sort`,
          body: JSON.stringify(body),
          headers,
        });
        return JSON.stringify(json);
      };
      return answers(
        async () => (await store.send({ method: 'GET', path: `/${stream}/_count?filter_path=count` })).text,
        () => search({ sort: [{ '@timestamp': 'desc' }], size: 2 }),
        () => search({ sort: ['@timestamp'], search_after: [1767225600000], size: 1 }),
        () => search({ query: { ids: { values: ['r3', 'x'] } } }),
        () => search({ query: { bool: { filter: [{ range: { n: { gte: 2 } } }, { term: { n: 3 } }] } } }),
        () => store.ask('POST', `/${stream}/_search`, { size: 10_001 }),
      );
    },
    expected:
      '{"count":3}; {"hits":{"total":{"value":3,"relation":"eq"},"hits":[{"_id":"r3","sort":[1767398400000]},{"_id":"r2","sort":[1767312000000]}]}}; {"hits":{"total":{"value":3,"relation":"eq"},"hits":[{"_id":"r2","sort":[1767312000000]}]}}; {"hits":{"total":{"value":1,"relation":"eq"},"hits":[{"_id":"r3"}]}}; {"hits":{"total":{"value":1,"relation":"eq"},"hits":[{"_id":"r3"}]}}; 400 search_phase_execution_exception',
  },
  {
    name: 'what is not there',
    run: ({ ask }) =>
      answers(
        () => ask('GET', '/nosuch/_search'),
        () => ask('GET', '/nosuch-*/_count'),
        () => ask('POST', '/nosuch/_rollover'),
        () => ask('GET', '/nosuch'),
        () => ask('PUT', '/_nosuch/policy/x', { policy: {} }),
        () => ask('POST', '/'),
        () => ask('GET', '/nosuch/_doc/1'),
      ),
    expected: {
      elasticsearch:
        '404 index_not_found_exception; 200; 404 resource_not_found_exception; 404 index_not_found_exception; 400 no …; 405 Incorrect …; 404 index_not_found_exception',
      'elasticsearch-7':
        '404 index_not_found_exception; 200; 400 illegal_argument_exception; 404 index_not_found_exception; 400 no …; 405 Incorrect …; 404 index_not_found_exception',
      opensearch:
        '404 index_not_found_exception; 200; 400 illegal_argument_exception; 404 index_not_found_exception; 400 no …; 405 Incorrect …; 404 index_not_found_exception',
    },
  },
  {
    name: 'conditions of a rollover',
    run: async (store) => {
      const stream = await fill(store, 'conditions');
      return answers(
        () => store.ask('POST', `/${stream}/_refresh`),
        () => store.ask('POST', `/${stream}/_rollover`, { conditions: { max_primary_shard_size: '10gb' } }),
        async () => {
          const headers = { 'content-type': 'application/json' };
          const body = JSON.stringify({ conditions: { max_docs: 3 } });
          const { json } = await store.send({
            method: 'POST',
            path: `/${stream}/_rollover?dry_run=true`,
            body,
            headers,
          });
          const { rolled_over, dry_run, conditions } = asObject(json);
          return JSON.stringify({ rolled_over, dry_run, conditions });
        },
        async () => {
          const { text } = await store.send({ method: 'POST', path: `/${stream}/_rollover` });
          return text.replaceAll(/\d{4}\.\d\d\.\d\d/g, 'DAY');
        },
      );
    },
    expected: {
      elasticsearch:
        '200; 200; {"rolled_over":false,"dry_run":true,"conditions":{"[max_docs: 3]":true}}; {"acknowledged":true,"shards_acknowledged":true,"old_index":".ds-logs-conditions-default-DAY-000001","new_index":".ds-logs-conditions-default-DAY-000002","rolled_over":true,"dry_run":false,"lazy":false,"conditions":{}}',
      'elasticsearch-7':
        '200; 200; {"rolled_over":false,"dry_run":true,"conditions":{"[max_docs: 3]":true}}; {"acknowledged":true,"shards_acknowledged":true,"old_index":".ds-logs-conditions-default-DAY-000001","new_index":".ds-logs-conditions-default-DAY-000002","rolled_over":true,"dry_run":false,"conditions":{}}',
      opensearch:
        '200; 400 x_content_parse_exception; {"rolled_over":false,"dry_run":true,"conditions":{"[max_docs: 3]":true}}; {"acknowledged":true,"shards_acknowledged":true,"old_index":".ds-logs-conditions-default-000001","new_index":".ds-logs-conditions-default-000002","rolled_over":true,"dry_run":false,"conditions":{}}',
    },
  },
];
