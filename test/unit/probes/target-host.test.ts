import { expect, test } from 'vitest';
import { hostOf } from '../../../exporter/probes/target-host.ts';

test.each([
  ['shop.example', 'shop.example'],
  ['Shop.Example:443', 'shop.example'],
  ['http://shop.example', 'shop.example'],
  ['HTTPS://SHOP.example:8443/a@b?c=d@e#f', 'shop.example'],
  ['http://shop.example?next=http://a', 'shop.example'],
  ['postgres://db_1.internal/app', 'db_1.internal'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['localhost:80', 'localhost'],
  ['7seas.example', '7seas.example'],
  ['1.2.3.4.example', '1.2.3.4.example'],
  ['10.0.0.1', '10.0.0.1'],
  ['10.0.0.1:80', '10.0.0.1'],
  ['http://10.0.0.1/', '10.0.0.1'],
  ['::1', '::1'],
  ['[::1]:80', '::1'],
  ['http://[::1]:80/', '::1'],
  ['[2001:DB8:0:0:0:0:0:1]:80', '2001:db8::1'],
  ['http://[2001:DB8:0::0001]/', '2001:db8::1'],
  ['[::ffff:127.0.0.1]:80', '::ffff:7f00:1'],
])('%s names %s', (target, host) => {
  expect(hostOf(target)).toEqual({ ok: true, host });
});

test.each([
  // IPv4 as no system writes it, but some read it.
  '2130706433',
  'http://2130706433/',
  '0x7f000001',
  'http://0x7f000001/',
  '0x7f.1',
  'http://0x7F.1/',
  '127.1',
  '127.1:80',
  'http://127.1/',
  '017700000001',
  '0177.0.0.1',
  'http://0177.0.0.1/',
  '127.0.0.01:80',
  '1.2.3.4.5',
  '256.1.1.1',
  'http://256.1.1.1/',
  'shop.example.5',
  'shop.0x',
  // Trailing dots.
  '127.0.0.1.',
  'http://127.0.0.1./',
  'shop.example.',
  'http://shop.example./',
  '.shop.example',
  'a..b',
  // Zones.
  'fe80::1%eth0',
  '[fe80::1%eth0]:80',
  'http://[fe80::1%25eth0]/',
  // What two readers read in two ways.
  'http://a.example\\@b.example/',
  'http://a.example\\b.example',
  'http:\\\\a.example/',
  'http:a.example',
  'http:/a.example',
  '//a.example',
  'a.example/path',
  'http://a.example%2fb/',
  'http://%61.example/',
  'http://ⓐ.example/',
  'http://127。0。0。1/',
  'http://a.example\n/',
  'http://a.example /',
  ' http://a.example/',
  'http://a.exam\tple/',
  'a.example\0',
  'http://::1/',
  '::1:80:',
  '[::1',
  'http://[::1/',
  '[127.0.0.1]:80',
  'http://a.example:99999/',
  'http://a.example:80:81/',
  '-a.example',
  'http://',
  'http:///',
  '',
  `http://a.example/${'x'.repeat(2048)}`,
])('%j names nobody', (target) => {
  expect(hostOf(target)).toEqual({ ok: false, reason: 'malformed' });
});

test.each(['http://ops:s3cret@a.example/', 'ops:s3cret@a.example:80', 'redis://:s3cret@a', 'http://@a.example/'])(
  '%s holds credentials',
  (target) => {
    expect(hostOf(target)).toEqual({ ok: false, reason: 'credentials' });
  },
);
