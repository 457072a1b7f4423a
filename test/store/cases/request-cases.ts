import { gzipSync } from 'node:zlib';
import { type CaseStore, summarise } from './case-store.ts';
import type { StoreCase } from './store-case.ts';

const stream = 'logs-plain-default';
const at = { '@timestamp': '2026-01-02T03:04:05.678901234Z' };
const create = (id: string) => ({ create: { _id: id } });
const raw = async (
  store: CaseStore,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  query = '',
) =>
  summarise(
    await store.send({
      method: 'POST',
      path: `/${stream}/_bulk${query}`,
      body,
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    }),
  );
const lines = (id: string) => `{"create":{"_id":"${id}"}}\n${JSON.stringify(at)}\n`;

/** What happens to whole bulk requests. */
export const requestCases: readonly StoreCase[] = [
  {
    name: 'an id of 513 bytes refuses the whole request',
    run: async ({ bulk }) => bulk(stream, create('ok'), at, create('x'.repeat(513)), at),
    expected: '400 action_request_validation_exception',
  },
  {
    name: 'an id of 512 bytes is taken',
    run: async ({ bulk }) => bulk(stream, create('y'.repeat(512)), at),
    expected: '200: 201',
  },
  {
    name: 'no final newline',
    run: (store) => raw(store, lines('n').trimEnd()),
    expected: '400 illegal_argument_exception',
  },
  { name: 'an empty body', run: (store) => raw(store, ''), expected: '400 parse_exception' },
  { name: 'a newline alone', run: (store) => raw(store, '\n'), expected: '400 action_request_validation_exception' },
  {
    name: 'an action line that lacks a brace',
    run: (store) => raw(store, `{"create":{"_id":"l1"}\n${JSON.stringify(at)}\n`),
    expected: { elasticsearch: '200: 201', 'elasticsearch-9': '400 x_content_e_o_f_exception', opensearch: '200: 201' },
  },
  {
    name: 'an action line that is no JSON',
    run: (store) => raw(store, `create it\n${JSON.stringify(at)}\n`),
    expected: { elasticsearch: '400 x_content_parse_exception', opensearch: '400 json_parse_exception' },
  },
  {
    name: 'an action that does not exist',
    run: (store) => raw(store, `{"upsert":{"_id":"l1"}}\n${JSON.stringify(at)}\n`),
    expected: '400 illegal_argument_exception',
  },
  {
    name: 'an action with a parameter that does not exist',
    run: (store) => raw(store, `{"create":{"_id":"l1","nosuch":1}}\n${JSON.stringify(at)}\n`),
    expected: '400 illegal_argument_exception',
  },
  {
    name: 'an action with a type',
    run: (store) => raw(store, `{"create":{"_id":"l1","_type":"_doc"}}\n${JSON.stringify(at)}\n`),
    expected: {
      elasticsearch: '400 illegal_argument_exception',
      'elasticsearch-7': '200: 409 version_conflict_engine_exception',
      opensearch: '400 illegal_argument_exception',
    },
  },
  {
    name: 'a last action without its document',
    run: (store) => raw(store, `${lines('d1')}{"create":{"_id":"d2"}}\n`),
    expected: '200: 201',
  },
  {
    name: 'a gzip body',
    run: (store) => raw(store, gzipSync(lines('g1')), { 'content-encoding': 'gzip' }),
    expected: '200: 201',
  },
  {
    name: 'a gzip body that is cut short',
    run: async (store) =>
      (await raw(store, gzipSync(lines('g2')).subarray(0, -12), { 'content-encoding': 'gzip' })).slice(0, 3),
    expected: '400',
  },
  {
    name: 'a body that is too large, plain and packed',
    run: async (store) => {
      const body = `{"create":{"_id":"big"}}\n${JSON.stringify({ ...at, message: 'x'.repeat(300_000) })}\n`;
      const packed = await store.send({
        method: 'POST',
        path: `/${stream}/_bulk`,
        body: gzipSync(body),
        headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
      });
      return `${await raw(store, body)}; ${packed.status}; body ${packed.text.length}`;
    },
    expected: '413; 413; body 0',
  },
  {
    name: 'content types',
    run: async (store) => {
      const types = ['application/json', 'application/x-ndjson', 'application/x-ndjson; charset=utf-8', 'text/plain'];
      const answers = [];
      for (const [index, type] of types.entries())
        answers.push(await raw(store, lines(`ct${index}`), { 'content-type': type }));
      return answers.join('; ');
    },
    expected: '200: 201; 200: 201; 200: 201; 406 Content-Type …',
  },
  {
    name: 'content types that name a version: 8 and 12',
    run: async (store) => {
      const answers = [];
      for (const version of [8, 12]) {
        const type = `application/vnd.elasticsearch+x-ndjson; compatible-with=${version}`;
        const accept = `application/vnd.elasticsearch+json; compatible-with=${version}`;
        answers.push(await raw(store, lines(`cv${version}`), { 'content-type': type, accept }));
      }
      return answers.join('; ');
    },
    expected: {
      elasticsearch: '200: 201; 400 media_type_header_exception',
      'elasticsearch-7': '400 media_type_header_exception; 400 media_type_header_exception',
      opensearch: '406 Content-Type …; 406 Content-Type …',
    },
  },
  {
    name: 'query parameters that not all know',
    run: async (store) =>
      `${await raw(store, lines('q1'), {}, '?nosuch=1')}; ${await raw(store, lines('q2'), {}, '?require_data_stream=true')}`,
    expected: {
      elasticsearch: '400 illegal_argument_exception; 200: 201',
      'elasticsearch-7': '400 illegal_argument_exception; 400 illegal_argument_exception',
      opensearch: '400 illegal_argument_exception; 400 illegal_argument_exception',
    },
  },
  {
    name: 'a pipeline that is not there',
    run: (store) => raw(store, lines('p1'), {}, '?pipeline=nosuch'),
    expected: '200: 400 illegal_argument_exception',
  },
  {
    name: 'only what filter_path names',
    run: async (store) => {
      const headers = { 'content-type': 'application/x-ndjson' };
      const path = `/${stream}/_bulk?filter_path=errors,items.*.status`;
      return (await store.send({ method: 'POST', path, body: lines('f1') + lines('f1'), headers })).text;
    },
    expected: '{"errors":true,"items":[{"create":{"status":201}},{"create":{"status":409}}]}',
  },
];
