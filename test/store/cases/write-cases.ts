import { asObject } from '../json.ts';
import type { StoreCase } from './store-case.ts';

const at = { '@timestamp': '2026-01-02T03:04:05.678901234Z' };
const create = (id: string) => ({ create: { _id: id } });
const documentError = {
  elasticsearch: 'document_parsing_exception',
  'elasticsearch-7': 'mapper_parsing_exception',
  opensearch: 'mapper_parsing_exception',
};
/** The same text with each product's name of the error. */
const withError = (text: (error: string) => string) =>
  Object.fromEntries(Object.entries(documentError).map(([flavour, error]) => [flavour, text(error)]));

const stream = 'logs-plain-default';

/** What happens to the items of a bulk. */
export const writeCases: readonly StoreCase[] = [
  {
    name: 'the first document makes the data stream, the same id again is there already',
    alone: true,
    run: async ({ bulk }) => `${await bulk(stream, create('a'), at)}; ${await bulk(stream, create('a'), at)}`,
    expected: '200: 201; 200: 409 version_conflict_engine_exception',
  },
  {
    name: 'after a rollover the same id is taken again',
    run: async ({ bulk, ask, makeStream }) => {
      const rolled = await makeStream('rolled');
      const first = await bulk(rolled, create('a'), at);
      return `${first}; ${await ask('POST', `/${rolled}/_rollover`)}; ${await bulk(rolled, create('a'), at, create('a'), at)}`;
    },
    expected: '200: 201; 200; 200: 201, 409 version_conflict_engine_exception',
  },
  {
    name: 'a data stream takes creates alone',
    run: ({ bulk }) =>
      bulk(
        stream,
        { index: { _id: 'i' } },
        at,
        { index: { _id: 'j', op_type: 'create' } },
        at,
        { update: { _id: 'u' } },
        { doc: at },
        { delete: { _id: 'a' } },
      ),
    expected:
      '200: 400 illegal_argument_exception, 201, 400 illegal_argument_exception, 400 illegal_argument_exception',
  },
  {
    name: 'without a timestamp, with two, with one that is none: the items are refused, the others kept',
    run: ({ bulk }) =>
      bulk(
        stream,
        create('t1'),
        { message: 'x' },
        create('t2'),
        { '@timestamp': ['2026-01-01', '2026-01-02'] },
        create('t3'),
        { '@timestamp': 'yesterday' },
        create('t4'),
        { '@timestamp': null },
        create('t5'),
        at,
      ),
    expected: withError((error) => `200: 400 ${error}, 400 ${error}, 400 ${error}, 400 ${error}, 201`),
  },
  {
    name: 'timestamps of many kinds are taken',
    run: ({ bulk }) =>
      bulk(
        stream,
        ...[
          '2026-01-01T00:00:00.123456789Z',
          '2026-01-01T00:00:00',
          '2026-01-01',
          '2026-01-01T00:00:00+02:00',
          1_767_225_600_000,
          '1767225600000',
        ].flatMap((value, index) => [create(`k${index}`), { '@timestamp': value }]),
      ),
    expected: '200: 201, 201, 201, 201, 201, 201',
  },
  {
    name: 'odd characters in a text are taken',
    run: ({ bulk }) =>
      bulk(stream, create('c1'), `{"@timestamp":"2026-01-01","message":"\\ud800"}`, create('c2'), {
        ...at,
        message: '\u0000\u2028\u2029',
      }),
    expected: '200: 201, 201',
  },
  {
    name: 'bad JSON, a key twice, NaN, an empty name, no object: the items are refused, the others kept',
    run: ({ bulk }) =>
      bulk(
        stream,
        create('j1'),
        '{"@timestamp":"2026-01-01"',
        create('j2'),
        '{"@timestamp":"2026-01-01","a":1,"a":2}',
        create('j3'),
        '{"@timestamp":"2026-01-01","a":NaN}',
        create('j4'),
        { ...at, '': 1 },
        create('j5'),
        '[1]',
        create('j6'),
        at,
      ),
    expected: {
      elasticsearch:
        '200: 400 document_parsing_exception, 400 document_parsing_exception, 400 document_parsing_exception, 400 document_parsing_exception, 500 not_x_content_exception, 201',
      'elasticsearch-7':
        '200: 400 mapper_parsing_exception, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 201',
      'elasticsearch-9':
        '200: 400 document_parsing_exception, 400 document_parsing_exception, 400 document_parsing_exception, 400 document_parsing_exception, 400 document_parsing_exception, 201',
      opensearch:
        '200: 400 mapper_parsing_exception, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 400 mapper_parsing_exception, 201',
    },
  },
  {
    name: 'a document straight into a backing index',
    run: async ({ send, bulk }) => {
      const { json } = await send({ method: 'GET', path: `/${stream}` });
      const [index = ''] = Object.keys(asObject(json));
      return bulk(index, create('b1'), at);
    },
    expected: '200: 400 illegal_argument_exception',
  },
  {
    name: 'an index name that is none',
    run: ({ bulk }) => bulk('UPPER', create('x'), at),
    expected: '200: 400 invalid_index_name_exception',
  },
  {
    name: 'blocked as on a full disk, blocked for writing, free again',
    run: async ({ ask, bulk, makeStream }) => {
      const blocked = await makeStream('blocked');
      const answers = [await bulk(blocked, create('a'), at)];
      for (const [name, value] of [
        ['read_only_allow_delete', true],
        ['read_only_allow_delete', null],
        ['write', true],
        ['write', false],
      ] as const) {
        await ask('PUT', `/${blocked}/_settings`, { [`index.blocks.${name}`]: value });
        answers.push(await bulk(blocked, create(`${name}${value}`), at));
      }
      return answers.join('; ');
    },
    expected: '200: 201; 200: 429 cluster_block_exception; 200: 201; 200: 403 cluster_block_exception; 200: 201',
  },
  {
    name: 'automatic creation off',
    alone: true,
    run: async ({ ask, bulk, makeStream }) => {
      const name = await makeStream('automatic');
      await ask('PUT', '/_cluster/settings', { persistent: { 'action.auto_create_index': false } });
      const answer = `${await bulk(name, create('a'), at)}; ${await bulk('no-template', create('a'), at)}`;
      await ask('PUT', '/_cluster/settings', { persistent: { 'action.auto_create_index': null } });
      return answer;
    },
    expected: {
      elasticsearch: '200: 201; 200: 404 index_not_found_exception',
      opensearch: '200: 404 index_not_found_exception; 200: 404 index_not_found_exception',
    },
  },
];
