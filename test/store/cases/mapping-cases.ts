import { asObject } from '../json.ts';
import type { CaseStore } from './case-store.ts';
import type { StoreCase } from './store-case.ts';

const at = { '@timestamp': '2026-01-02T03:04:05.678Z' };
const create = (id: string) => ({ create: { _id: id } });
/** Each document with an id of its own, one after the other in one request. */
const write = ({ bulk }: CaseStore, stream: string, ...documents: readonly object[]) =>
  bulk(stream, ...documents.flatMap((document, index) => [create(`m${index}`), { ...at, ...document }]));

/** What the fields of a data stream take. */
export const mappingCases: readonly StoreCase[] = [
  {
    name: 'a number that becomes a word',
    run: async (store) =>
      write(
        store,
        await store.makeStream('grown'),
        { n: 1 },
        { n: 'one' },
        { n: '2' },
        { n: { a: 1 } },
        { n: [3, 4] },
        { n: 1.5 },
        { n: true },
      ),
    expected: {
      elasticsearch:
        '200: 201, 400 document_parsing_exception, 201, 400 document_parsing_exception, 201, 201, 400 document_parsing_exception',
      'elasticsearch-7':
        '200: 201, 400 mapper_parsing_exception, 201, 400 mapper_parsing_exception, 201, 201, 400 mapper_parsing_exception',
      opensearch:
        '200: 201, 400 mapper_parsing_exception, 201, 400 mapper_parsing_exception, 201, 201, 400 mapper_parsing_exception',
    },
  },
  {
    name: 'a word that becomes an object, and the other way round',
    run: async (store) =>
      write(
        store,
        await store.makeStream('shapes'),
        { a: 'x' },
        { a: { b: 1 } },
        { 'a.b': 1 },
        { o: { p: 1 } },
        { o: 'x' },
        { 'o.p': 2 },
      ),
    expected: {
      elasticsearch:
        '200: 201, 400 document_parsing_exception, 400 document_parsing_exception, 201, 400 document_parsing_exception, 201',
      'elasticsearch-7':
        '200: 201, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 201, 400 mapper_parsing_exception, 201',
      opensearch:
        '200: 201, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 201, 400 mapper_parsing_exception, 201',
    },
  },
  {
    name: 'dates that are found, and what is none then',
    run: async (store) => write(store, await store.makeStream('dates'), { d: '2026-01-01' }, { d: 'soon' }, { d: 12 }),
    expected: {
      elasticsearch: '200: 201, 400 document_parsing_exception, 201',
      'elasticsearch-7': '200: 201, 400 mapper_parsing_exception, 201',
      opensearch: '200: 201, 400 mapper_parsing_exception, 201',
    },
  },
  {
    name: 'numbers out of range',
    run: async (store) =>
      write(
        store,
        await store.makeStream('ranges', {
          mappings: { properties: { l: { type: 'long' }, i: { type: 'integer' }, f: { type: 'float' } } },
        }),
        { l: 9e18 },
        { l: 1e20 },
        { i: 3e9 },
        { f: 1e300 },
        { l: '12' },
        { l: '' },
      ),
    expected: {
      elasticsearch:
        '200: 201, 400 document_parsing_exception, 400 document_parsing_exception, 400 document_parsing_exception, 201, 201',
      'elasticsearch-7':
        '200: 201, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 201, 201',
      opensearch:
        '200: 201, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 201, 201',
    },
  },
  {
    name: 'nanoseconds before 1970 and after 2262',
    run: async (store) =>
      write(
        store,
        await store.makeStream('nanos', { mappings: { properties: { t: { type: 'date_nanos' } } } }),
        { t: '2026-01-01T00:00:00.123456789Z' },
        { t: '1969-12-31T00:00:00Z' },
        { t: '2263-01-01T00:00:00Z' },
      ),
    expected: {
      elasticsearch: '200: 201, 400 document_parsing_exception, 400 document_parsing_exception',
      'elasticsearch-7': '200: 201, 400 mapper_parsing_exception, 400 mapper_parsing_exception',
      opensearch: '200: 201, 400 mapper_parsing_exception, 400 mapper_parsing_exception',
    },
  },
  {
    name: 'addresses',
    run: async (store) =>
      write(
        store,
        await store.makeStream('ips', { mappings: { properties: { ip: { type: 'ip' } } } }),
        { ip: '::1' },
        { ip: '10.0.0.1' },
        { ip: 'localhost' },
        { ip: ['10.0.0.1', '::2'] },
      ),
    expected: {
      elasticsearch: '200: 201, 201, 400 document_parsing_exception, 201',
      'elasticsearch-7': '200: 201, 201, 400 mapper_parsing_exception, 201',
      opensearch: '200: 201, 201, 400 mapper_parsing_exception, 201',
    },
  },
  {
    name: 'truth values',
    run: async (store) =>
      write(
        store,
        await store.makeStream('truths', { mappings: { properties: { b: { type: 'boolean' } } } }),
        { b: true },
        { b: 'false' },
        { b: '' },
        { b: 'yes' },
        { b: 1 },
      ),
    expected: {
      elasticsearch: '200: 201, 201, 201, 400 document_parsing_exception, 400 document_parsing_exception',
      'elasticsearch-7': '200: 201, 201, 201, 400 mapper_parsing_exception, 400 mapper_parsing_exception',
      opensearch: '200: 201, 201, 201, 400 mapper_parsing_exception, 400 mapper_parsing_exception',
    },
  },
  {
    name: 'a keyword over 32,766 bytes, without and with ignore_above',
    run: async (store) =>
      write(
        store,
        await store.makeStream('long', {
          mappings: { properties: { k: { type: 'keyword' }, i: { type: 'keyword', ignore_above: 1024 } } },
        }),
        { k: 'x'.repeat(32_766) },
        { k: 'x'.repeat(32_767) },
        { k: 'ö'.repeat(16_384) },
        { i: 'x'.repeat(32_767) },
      ),
    expected: {
      elasticsearch: '200: 201, 400 document_parsing_exception, 400 document_parsing_exception, 201',
      'elasticsearch-7': '200: 201, 400 illegal_argument_exception, 400 illegal_argument_exception, 201',
      opensearch: '200: 201, 400 illegal_argument_exception, 400 illegal_argument_exception, 201',
    },
  },
  {
    name: 'labels as fields of their own: a name that has dots below another',
    run: async (store) =>
      write(
        store,
        await store.makeStream('mapped'),
        { labels: { a: 'x' } },
        { labels: { 'a.b': 'y' } },
        { labels: { 'c.d': 'y' } },
        { labels: { c: 'z' } },
      ),
    expected: {
      elasticsearch: '200: 201, 400 document_parsing_exception, 201, 400 document_parsing_exception',
      'elasticsearch-7': '200: 201, 400 mapper_parsing_exception, 201, 400 mapper_parsing_exception',
      opensearch: '200: 201, 400 mapper_parsing_exception, 201, 400 mapper_parsing_exception',
    },
  },
  {
    name: 'labels as one field',
    run: async (store) =>
      write(
        store,
        await store.makeStream('flat', { mappings: { properties: { labels: { type: store.flatType } } } }),
        { labels: { a: 'x' } },
        { labels: { 'a.b': 'y', a: 'z' } },
        { labels: 'text' },
        { labels: {} },
        { labels: { a: 'x'.repeat(32_767) } },
        { labels: { a: { b: ['1', 2, true, null] } } },
      ),
    expected: {
      elasticsearch: '200: 201, 201, 400 document_parsing_exception, 201, 400 document_parsing_exception, 201',
      'elasticsearch-7': '200: 201, 201, 400 mapper_parsing_exception, 201, 400 illegal_argument_exception, 201',
      opensearch: '200: 201, 201, 400 mapper_parsing_exception, 201, 400 illegal_argument_exception, 201',
    },
  },
  {
    name: 'one field of labels with ignore_above',
    run: async (store) => {
      const body = {
        index_patterns: ['logs-flatlimit-*'],
        data_stream: {},
        priority: 200,
        template: { mappings: { properties: { labels: { type: store.flatType, ignore_above: 1024 } } } },
      };
      const made = await store.ask('PUT', '/_index_template/flatlimit', body);
      return `${made}; ${await write(store, 'logs-flatlimit-default', { labels: { a: 'x'.repeat(32_767) } })}`;
    },
    expected: { elasticsearch: '200; 200: 201', opensearch: '400 illegal_argument_exception; 200: 201' },
  },
  {
    name: 'more fields than the limit',
    run: async (store) => {
      const limited = await store.makeStream('limited', { settings: { 'index.mapping.total_fields.limit': 10 } });
      const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 1]));
      return write(store, limited, many(9), many(10), { n0: 2 });
    },
    expected: {
      elasticsearch: '200: 201, 400 document_parsing_exception, 201',
      'elasticsearch-7': '200: 201, 400 illegal_argument_exception, 201',
      opensearch: '200: 201, 400 illegal_argument_exception, 201',
    },
  },
  {
    name: 'malformed values that are ignored',
    run: async (store) => {
      const lenient = await store.makeStream('lenient', {
        settings: { 'index.mapping.ignore_malformed': true },
        mappings: { properties: { n: { type: 'long' }, k: { type: 'keyword', ignore_above: 3 } } },
      });
      const answer = await write(store, lenient, { n: 'x', k: 'abcd' }, { n: { a: 1 } });
      await store.ask('POST', `/${lenient}/_refresh`);
      const { json } = await store.send({ method: 'GET', path: `/${lenient}/_search?filter_path=hits.hits._ignored` });
      return `${answer}; ${JSON.stringify(json)}`;
    },
    expected: {
      elasticsearch: '200: 201, 400 document_parsing_exception; {"hits":{"hits":[{"_ignored":["k","n"]}]}}',
      'elasticsearch-7': '200: 201, 400 mapper_parsing_exception; {"hits":{"hits":[{"_ignored":["k","n"]}]}}',
      opensearch: '200: 201, 201; {"hits":{"hits":[{"_ignored":["n"]}]}}',
    },
  },
  {
    name: 'strict and closed mappings',
    run: async (store) => {
      const strict = await store.makeStream('strict', {
        mappings: { dynamic: 'strict', properties: { '@timestamp': { type: 'date' } } },
      });
      const closed = await store.makeStream('closed', { mappings: { dynamic: false } });
      return `${await write(store, strict, {}, { x: 1 })}; ${await write(store, closed, { x: 1 }, { x: 'a' })}`;
    },
    expected: '200: 201, 400 strict_dynamic_mapping_exception; 200: 201, 201',
  },
  {
    name: 'dynamic templates',
    run: async (store) => {
      const rules = [
        {
          labels: {
            path_match: 'labels.*',
            match_mapping_type: 'string',
            mapping: { type: 'keyword', ignore_above: 2 },
          },
        },
        { numbers: { match: 'count_*', mapping: { type: 'long' } } },
      ];
      const ruled = await store.makeStream('ruled', { mappings: { dynamic_templates: rules } });
      const answer = await write(store, ruled, { labels: { a: 'xyz' } }, { count_a: 'x' }, { count_a: '5' });
      const { json } = await store.send({
        method: 'GET',
        path: `/${ruled}/_mapping?filter_path=*.mappings.properties.labels`,
      });
      return `${answer}; ${JSON.stringify(Object.values(asObject(json)))}`;
    },
    expected: {
      elasticsearch:
        '200: 201, 400 document_parsing_exception, 201; [{"mappings":{"properties":{"labels":{"properties":{"a":{"type":"keyword","ignore_above":2}}}}}}]',
      'elasticsearch-7':
        '200: 201, 400 mapper_parsing_exception, 201; [{"mappings":{"properties":{"labels":{"properties":{"a":{"type":"keyword","ignore_above":2}}}}}}]',
      opensearch:
        '200: 201, 400 mapper_parsing_exception, 201; [{"mappings":{"properties":{"labels":{"properties":{"a":{"type":"keyword","ignore_above":2}}}}}}]',
    },
  },
];
