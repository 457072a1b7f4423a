import { expect, test } from 'vitest';
import { at } from '../../../exporter/setup/compare.ts';
import { freePort } from '../../bed/free-port.ts';
import type { Flavour } from '../../store/index.ts';
import { countsOf, outcomesOf, startStore } from './setup-bed.ts';

const flavours: readonly Flavour[] = [
  'elasticsearch-7',
  'elasticsearch-8',
  'elasticsearch-9',
  'opensearch-2',
  'opensearch-3',
];

test.each(flavours)('%s: the first run makes everything, the second changes nothing', async (flavour) => {
  const { setUp, writes } = await startStore({ flavour });
  const first = countsOf(await setUp());
  expect(first).toEqual({ found: 1, created: writes().length });
  expect(first.created).toBeGreaterThan(8);
  expect(countsOf(await setUp())).toEqual({ found: 1, unchanged: first.created });
  expect(writes()).toHaveLength(first.created ?? 0);
});

test.each(flavours)('%s: a dry run tells the same and sends nothing but questions', async (flavour) => {
  const { setUp, writes } = await startStore({ flavour });
  const told = await setUp({ dryRun: true });
  expect(writes()).toEqual([]);
  expect(told).toEqual(await setUp());
});

test.each<[Flavour, string]>([
  ['elasticsearch-7', 'ILM policy'],
  ['elasticsearch-9', 'ILM policy'],
  ['opensearch-2', 'ISM policy'],
])('%s gets an %s for lines and one for the rest, before the templates that name them', async (flavour, policy) => {
  const { setUp } = await startStore({ flavour });
  const names = Object.keys(outcomesOf(await setUp()));
  expect(names.slice(1, 3)).toEqual([`${policy} harborlight-lines`, `${policy} harborlight-records`]);
  expect(names.at(-1)).toBe('role harborlight_writer');
});

test('a data stream gets mapping, settings and lifecycle from the templates', async () => {
  const { url, read, setUp } = await startStore({ flavour: 'elasticsearch-8' });
  await setUp();
  const simulate = async (stream: string) => {
    const response = await fetch(`${url}/_index_template/_simulate_index/${stream}`, { method: 'POST' });
    return at(await response.json(), 'template');
  };
  const lines = await simulate('logs-harborlight.container-default');
  expect(at(lines, 'settings', 'index', 'lifecycle', 'name')).toBe('harborlight-lines');
  expect(at(lines, 'mappings', 'properties', '@timestamp', 'type')).toBe('date_nanos');
  const events = await simulate('logs-harborlight.event-prod');
  expect(at(events, 'settings', 'index', 'lifecycle', 'name')).toBe('harborlight-records');
  const policy = at(await read('/_ilm/policy/harborlight-lines'), 'harborlight-lines', 'policy');
  expect(at(policy, 'phases', 'delete', 'min_age')).toBe('30d');
});

test.each<[Flavour, 'ilm' | 'ism' | 'security', readonly string[]]>([
  ['opensearch-2', 'ism', ['ISM policy harborlight-lines', 'ISM policy harborlight-records']],
  ['opensearch-2', 'security', ['role harborlight_writer']],
  ['elasticsearch-8', 'security', ['role harborlight_writer']],
  [
    'elasticsearch-8',
    'ilm',
    [
      'ILM policy harborlight-lines',
      'ILM policy harborlight-records',
      'component template harborlight.lines@ilm',
      'component template harborlight.records@ilm',
    ],
  ],
])('%s without %s: what it lacks is left out, each with a line, and the rest is made', async (flavour, lack, names) => {
  const { setUp } = await startStore({ flavour, without: [lack] });
  const steps = await setUp();
  const leftOut = steps.filter(({ outcome }) => outcome === 'left out');
  expect(leftOut.map(({ what }) => what)).toEqual(names);
  for (const { why } of leftOut) expect(why).toMatch(/^it has no /);
  expect(outcomesOf(steps)['index template harborlight-lines']).toBe('created');
  expect(countsOf(await setUp()).created).toBeUndefined();
});

test('where there is no ILM the data streams get a retention: by their templates, and those that are there by name', async () => {
  const store = await startStore({ flavour: 'elasticsearch-9', without: ['ilm'] });
  await store.setUp();
  expect(JSON.stringify(await store.read('/_component_template/harborlight.lines@retention'))).toContain('"30d"');
  for (const dataset of ['container', 'event']) await createDocument(store.url, dataset);
  expect(outcomesOf(await store.setUp())).toMatchObject({
    'retention of logs-harborlight.container-default': 'created',
    'retention of logs-harborlight.event-default': 'created',
  });
  const lifecycles = await store.read('/_data_stream/logs-harborlight.*/_lifecycle');
  expect(at(lifecycles, 'data_streams', '0', 'lifecycle', 'data_retention')).toBe('30d');
  expect(at(lifecycles, 'data_streams', '1', 'lifecycle', 'data_retention')).toBe('90d');
  expect(countsOf(await store.setUp()).created).toBeUndefined();
});

test("a stream's retention that somebody changed is left alone unless asked", async () => {
  const store = await startStore({ flavour: 'elasticsearch-9', without: ['ilm'] });
  await store.setUp();
  await createDocument(store.url, 'event');
  const path = '/_data_stream/logs-harborlight.event-default/_lifecycle';
  await store.put(path, { data_retention: '365d' });
  expect(outcomesOf(await store.setUp())['retention of logs-harborlight.event-default']).toBe('left out');
  expect(at(await store.read(path), 'data_streams', '0', 'lifecycle', 'data_retention')).toBe('365d');
  await store.setUp({ replaceLifecycle: true });
  expect(at(await store.read(path), 'data_streams', '0', 'lifecycle', 'data_retention')).toBe('90d');
});

const createDocument = async (url: string, dataset: string): Promise<void> => {
  const headers = { 'content-type': 'application/x-ndjson' };
  const body = '{"create":{}}\n{"@timestamp":"2026-11-28T12:00:00Z"}\n';
  const path = `/logs-harborlight.${dataset}-default/_bulk`;
  expect((await fetch(url + path, { method: 'POST', headers, body })).status).toBe(200);
};

test.each<[Flavour, string, object]>([
  [
    'elasticsearch-8',
    '/_ilm/policy/harborlight-lines',
    { policy: { phases: { hot: { actions: {} }, delete: { min_age: '365d', actions: { delete: {} } } } } },
  ],
  [
    'opensearch-2',
    '/_plugins/_ism/policies/harborlight-lines?if_seq_no=0&if_primary_term=1',
    { policy: { description: 'mine', default_state: 'hot', states: [] } },
  ],
])(
  '%s: a lifecycle that somebody changed is left alone, and told; --replace-lifecycle sets it back',
  async (flavour, path, mine) => {
    const { setUp, put } = await startStore({ flavour });
    const steps = await setUp();
    expect(await put(path, mine)).toBe(200);
    const changed = (await setUp()).filter(({ outcome }) => outcome !== 'unchanged' && outcome !== 'found');
    expect(changed).toEqual([
      expect.objectContaining({ outcome: 'left out', why: expect.stringContaining('--replace-lifecycle') as string }),
    ]);
    expect(countsOf(await setUp({ replaceLifecycle: true }))).toMatchObject({ updated: 1 });
    expect(countsOf(await setUp())).toEqual({ found: 1, unchanged: steps.length - 1 });
  },
);

test.each([
  ['a field that we have no more', '@mappings', ['mappings', 'properties', 'old'], { type: 'keyword' }],
  ['a field less', '@mappings', ['mappings', 'properties', 'message'], undefined],
  ['another type of a field', '@mappings', ['mappings', 'properties', 'message'], { type: 'keyword' }],
  ['a setting that we do not have', '@settings', ['settings', 'index', 'number_of_shards'], '3'],
  ['another setting', '@settings', ['settings', 'index', 'mapping', 'total_fields', 'limit'], '17'],
])('%s in a template is set right, and nothing else', async (_what, suffix, keys, value) => {
  const { setUp, read, put } = await startStore({ flavour: 'elasticsearch-8' });
  await setUp();
  const path = `/_component_template/harborlight${suffix}`;
  const before = await read(path);
  const component = at(before, 'component_templates', '0', 'component_template');
  const template = withValue(at(component, 'template'), keys, value);
  expect(await put(path, { _meta: at(component, '_meta'), template })).toBe(200);
  expect(await read(path)).not.toEqual(before);
  expect(outcomesOf((await setUp()).filter(({ outcome }) => outcome === 'updated'))).toEqual({
    [`component template harborlight${suffix}`]: 'updated',
  });
  expect(await read(path)).toEqual(before);
});

/** The same with another value in one place; undefined takes it away. */
const withValue = (value: unknown, [key = '', ...deeper]: readonly string[], replacement: unknown): object => {
  const inner = deeper.length === 0 ? replacement : withValue(at(value, key), deeper, replacement);
  const others = Object.entries(value ?? {}).filter(([name]) => name !== key);
  return Object.fromEntries(inner === undefined ? others : [...others, [key, inner]]);
};

test.each<Flavour>(['elasticsearch-7', 'opensearch-2'])(
  "%s: what is one's own is made empty once and never changed",
  async (flavour) => {
    const { setUp, read, put } = await startStore({ flavour });
    await setUp();
    const path = '/_component_template/harborlight.lines@custom';
    expect(await put(path, { template: { settings: { index: { number_of_shards: '3' } } } })).toBe(200);
    const mine = await read(path);
    expect(outcomesOf(await setUp())['component template harborlight.lines@custom']).toBe('unchanged');
    expect(await read(path)).toEqual(mine);
  },
);

test('without --role the role is printed and not put', async () => {
  const { setUp, writes } = await startStore({ flavour: 'elasticsearch-8' });
  const role = (await setUp({ putRole: false })).at(-1);
  expect(role).toMatchObject({ what: 'role harborlight_writer', outcome: 'left out' });
  expect(role?.why).toContain('PUT /_security/role/harborlight_writer {"cluster":["monitor"]');
  expect(writes().some(({ path }) => path.includes('_security'))).toBe(false);
});

test('credentials are needed where the store wants them, and neither of them is told', async () => {
  const access = { apiKeys: ['c2VjcmV0LWtleQ=='], withoutRights: { users: { reader: 'secret-password' } } };
  const { setUp } = await startStore({ flavour: 'elasticsearch-8', access });
  await expect(setUp()).rejects.toThrow('answered 401 (no or wrong credentials)');
  const wrong = setUp({ auth: { apiKey: 'c2VjcmV0LW90aGVy' } });
  await expect(wrong).rejects.toThrow(expect.not.stringContaining('c2VjcmV0'));
  const reader = setUp({ auth: { username: 'reader', password: 'secret-password' } });
  await expect(reader).rejects.toThrow(/answered 403 \(the credentials lack a privilege(?!.*secret-)/);
  expect(countsOf(await setUp({ auth: { apiKey: 'c2VjcmV0LWtleQ==' } })).created).toBeGreaterThan(8);
});

test('a node that is away gives its place to the next', async () => {
  const { setUp, url } = await startStore({ flavour: 'elasticsearch-8' });
  const away = `http://127.0.0.1:${await freePort()}`;
  expect(countsOf(await setUp({ urls: [away, url] })).created).toBeGreaterThan(8);
  await expect(setUp({ urls: [away.replace('//', '//u:secret@')] })).rejects.toThrow(
    `${away}: the connection was refused`,
  );
});
