import { expect, test } from 'vitest';
import { EngineError, type EngineFailure, failureOf } from '../../../exporter/docker/error.ts';
import { DeadlineError } from '../../../exporter/util/deadline.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

test.each<[string, EngineFailure]>([
  ['EACCES', 'denied'],
  ['EPERM', 'denied'],
  ['ENOENT', 'unreachable'],
  ['ECONNREFUSED', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENOTFOUND', 'unreachable'],
  ['UND_ERR_SOCKET', 'unreachable'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['HPE_INVALID_CONSTANT', 'protocol'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'protocol'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'denied'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'denied'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'denied'],
  ['CERT_HAS_EXPIRED', 'denied'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'denied'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'denied'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'protocol'],
])('%s is %s', (code, failure) => {
  expect(failureOf(coded(code))).toBe(failure);
});

test('the innermost cause decides', () => {
  expect(failureOf(new Error('read stats', { cause: new Error('fetch failed', { cause: coded('EACCES') }) }))).toBe(
    'denied',
  );
  expect(failureOf(new Error('read stats', { cause: new EngineError('gone', 'x') }))).toBe('gone');
  expect(failureOf(new Error('read stats', { cause: new DeadlineError() }))).toBe('timeout');
});

test('what is no error is an engine that cannot be reached', () => {
  for (const thrown of [undefined, null, 'text', {}]) expect(failureOf(thrown)).toBe('unreachable');
});
