import { expect, test } from 'vitest';
import { parseAuthorization } from '../../../../exporter/http/auth/authorization.ts';
import { basic } from '../bed.ts';

test.each([
  ['a name and a password', basic('ops', 'secret'), { kind: 'basic', user: 'ops', password: 'secret' }],
  ['a password with colons', basic('ops', 'a:b:c'), { kind: 'basic', user: 'ops', password: 'a:b:c' }],
  ['a password beyond ASCII', basic('ops', 'pässwörd\n✓'), { kind: 'basic', user: 'ops', password: 'pässwörd\n✓' }],
  ['an empty password', basic('ops', ''), { kind: 'basic', user: 'ops', password: '' }],
  ['a scheme in any case', 'bAsIc b3BzOng=', { kind: 'basic', user: 'ops', password: 'x' }],
  ['a token', 'Bearer abc.def!~', { kind: 'bearer', token: 'abc.def!~' }],
])('%s', (_name, header, credentials) => {
  expect(parseAuthorization(header)).toEqual(credentials);
});

test.each([
  ['no header', undefined],
  ['an empty one', ''],
  ['another scheme', 'Digest username="ops"'],
  ['a scheme without value', 'Basic '],
  ['no colon', 'Basic b3Bz'],
  ['more than one value', 'Bearer a b'],
])('%s says nothing', (_name, header) => {
  expect(parseAuthorization(header)).toBeUndefined();
});
