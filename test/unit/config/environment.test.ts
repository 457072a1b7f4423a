import { expect, test } from 'vitest';
import { readEnvironment, variableOf } from '../../../exporter/config/environment.ts';
import { describeConfig } from '../../../exporter/config/schema.ts';
import { listOptions } from '../../../exporter/config/tree.ts';

const options = listOptions(describeConfig());
const read = (env: Record<string, string>) => readEnvironment(env, options);

test('each option outside of lists has a variable of its own', () => {
  const variables = options.filter(({ inList }) => !inList).map(variableOf);
  expect(new Set(variables).size).toBe(variables.length);
  expect(variables).toContain('HARBORLIGHT_LISTEN_PORT');
  expect(variables).toContain('HARBORLIGHT_CONTAINERS_MIN_AGE');
});

test('the token has a variable for the file beside it', () => {
  const variables = options.map(variableOf);
  expect(variables).toContain('HARBORLIGHT_LISTEN_AUTH_BEARER_TOKEN');
  expect(variables).toContain('HARBORLIGHT_LISTEN_AUTH_BEARER_TOKEN_FILE');
});

test.each([
  ['HARBORLIGHT_LISTEN_PORT', '80', 80],
  ['HARBORLIGHT_LISTEN_PORT', '0x50', '0x50'],
  ['HARBORLIGHT_LISTEN_ALLOW_ANONYMOUS', 'true', true],
  ['HARBORLIGHT_LISTEN_ALLOW_ANONYMOUS', 'false', false],
  ['HARBORLIGHT_LISTEN_ALLOW_ANONYMOUS', '1', '1'],
  ['HARBORLIGHT_NAME', '007', '007'],
  ['HARBORLIGHT_CONTAINERS_MIN_AGE', '5m', '5m'],
  ['HARBORLIGHT_CONTAINERS_INCLUDE', 'shop-*, db', ['shop-*', 'db']],
  ['HARBORLIGHT_CONTAINERS_INCLUDE', '["a,b"]', ['a,b']],
  ['HARBORLIGHT_HOSTS', '[{"url":"tcp://a:2375"}]', [{ url: 'tcp://a:2375' }]],
  ['HARBORLIGHT_HOSTS', '[{', '[{'],
  ['HARBORLIGHT_LISTEN_AUTH_USERS', '{"ops":"hash"}', { ops: 'hash' }],
])('%s=%s', (name, text, value) => {
  expect(read({ [name]: text })).toMatchObject({ faults: [], settings: [{ value, origin: name }] });
});

test('an empty variable counts as none, others than ours are left alone', () => {
  expect(read({ HARBORLIGHT_LISTEN_PORT: '', PATH: '/bin' })).toEqual({ settings: [], faults: [] });
});

test('an unknown variable is refused with the nearest known one, and without its value', () => {
  const { faults } = read({ HARBORLIGHT_LISTEN_PROT: 's3cret', HARBORLIGHT_XYZ: 's3cret' });
  expect(faults).toEqual([
    {
      path: '',
      expected: 'a known variable',
      nearest: 'HARBORLIGHT_LISTEN_PORT',
      origin: 'HARBORLIGHT_LISTEN_PROT',
    },
    { path: '', expected: 'a known variable', origin: 'HARBORLIGHT_XYZ' },
  ]);
});
