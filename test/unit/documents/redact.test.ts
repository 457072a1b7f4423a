import { expect, test } from 'vitest';
import { redactText } from '../../../exporter/documents/redact.ts';

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

test.each([
  ['Authorization: Basic b3BzOmh1bnRlcjI=', 'b3BzOmh1bnRlcjI='],
  ['> authorization: Bearer short', 'short'],
  ['{"Authorization":"Token abc123"}', 'abc123'],
  ['Cookie: session=abc123; other=def456', 'def456'],
  ['sent Bearer abcdefghijklmnopqrst to it', 'abcdefghijklmnopqrst'],
  ['postgres://ops:hunter2@db:5432/shop', 'hunter2'],
  ['postgres://ops:hunt@er2@db:5432/shop', 'er2'],
  ['password=hunter2', 'hunter2'],
  ['DB_PASSWORD = "hunter 2"', 'hunter 2'],
  ["passwd='hunter2'", 'hunter2'],
  ['{"password": "hunter2", "user": "ops"}', 'hunter2'],
  ['password: hunter2', 'hunter2'],
  ['?token=abc123&x=1', 'abc123'],
  ['AccountKey=abc123==;EndpointSuffix=x', 'abc123'],
  ['aws_secret_access_key=abc/123+x', 'abc/123'],
  ['id AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  [`key AIza${'a'.repeat(35)}`, 'AIzaaaa'],
  [`ghp_${'a'.repeat(36)}`, 'aaaa'],
  [`xoxb-${'1'.repeat(20)}`, '1111'],
  [`token ${jwt}`, 'eyJ'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEabc123\n-----END RSA PRIVATE KEY-----', 'MIIEabc123'],
])('%s loses its secret', (text, secret) => {
  expect(redactText(text)).not.toContain(secret);
  expect(redactText(text)).toContain('[redacted');
});

test.each([
  'token: expired',
  'Basic authentication is off',
  'see https://example.org/a@b',
  'password must not be empty',
  'GET /ping 200 in 12 ms',
  'x',
  '',
])('%j stays as it is', (text) => {
  expect(redactText(text)).toBe(text);
});

test('what stands beside a secret stays', () => {
  expect(redactText('user=ops password=hunter2 host=db')).toBe('user=ops password=[redacted] host=db');
  expect(redactText('{"password":"hunter2","user":"ops"}')).toBe('{"password":[redacted],"user":"ops"}');
  expect(redactText('a\nAuthorization: x\nb')).toBe('a\nAuthorization: [redacted]\nb');
});

test('a text is cut at its limit, never within a code point', () => {
  expect(redactText('abcdef', 3)).toBe('abc…');
  expect(redactText('ab\u{1F600}', 3)).toBe('ab…');
  expect(redactText('abc', 3)).toBe('abc');
});

test.each([
  '://',
  '://a',
  'eyJ',
  'eyJaaaaaaaa.',
  'password=',
  'password',
  '-----BEGIN PRIVATE KEY-----',
  'authorization:',
  'Bearer ',
  'ghp_',
  'a ',
  '"token":',
])('a megabyte of %j takes no time', (piece) => {
  const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
  const startedMs = performance.now();
  redactText(text);
  expect(performance.now() - startedMs).toBeLessThan(1500);
});
