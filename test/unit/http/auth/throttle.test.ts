import { expect, test } from 'vitest';
import { createThrottle } from '../../../../exporter/http/auth/throttle.ts';

function createClock() {
  let ms = 0;
  return { nowMs: () => ms, pass: (delta: number) => (ms += delta) };
}

function by(address: string, user = 'ops') {
  return { address, user };
}

function failTimes(throttle: ReturnType<typeof createThrottle>, address: string, times: number): void {
  for (let count = 0; count < times; count++) throttle.fail(by(address));
}

test('three failures cost nothing', () => {
  const throttle = createThrottle(() => 0);
  failTimes(throttle, '10.0.0.1', 3);
  expect(throttle.delayMs(by('10.0.0.1'))).toBe(0);
});

test('then the delay doubles from a second to a minute', () => {
  const throttle = createThrottle(() => 0);
  failTimes(throttle, '10.0.0.1', 3);
  const delays = Array.from({ length: 8 }, () => {
    throttle.fail(by('10.0.0.1'));
    return throttle.delayMs(by('10.0.0.1'));
  });
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('the delay passes', () => {
  const clock = createClock();
  const throttle = createThrottle(clock.nowMs);
  failTimes(throttle, '10.0.0.1', 5);
  clock.pass(1_500);
  expect(throttle.delayMs(by('10.0.0.1'))).toBe(500);
  clock.pass(500);
  expect(throttle.delayMs(by('10.0.0.1'))).toBe(0);
});

test('it says once that an address has to wait', () => {
  const throttle = createThrottle(() => 0);
  expect(Array.from({ length: 6 }, () => throttle.fail(by('10.0.0.1')))).toEqual([
    false,
    false,
    false,
    true,
    false,
    false,
  ]);
});

test('failures are forgotten ten minutes after the last', () => {
  const clock = createClock();
  const throttle = createThrottle(clock.nowMs);
  failTimes(throttle, '10.0.0.1', 9);
  clock.pass(600_000);
  throttle.fail(by('10.0.0.1'));
  expect(throttle.delayMs(by('10.0.0.1'))).toBe(0);
});

test('one address does not pay for another', () => {
  const throttle = createThrottle(() => 0);
  failTimes(throttle, '10.0.0.1', 9);
  expect(throttle.delayMs(by('10.0.0.2'))).toBe(0);
});

test('one user does not pay for another of the same address', () => {
  const throttle = createThrottle(() => 0);
  failTimes(throttle, '10.0.0.1', 9);
  expect(throttle.delayMs(by('10.0.0.1', 'scraper'))).toBe(0);
});

test('of a long name only the beginning counts', () => {
  const throttle = createThrottle(() => 0);
  const name = 'n'.repeat(64);
  for (let count = 0; count < 4; count++) throttle.fail(by('10.0.0.1', `${name}${count}`));
  expect(throttle.delayMs(by('10.0.0.1', name))).toBeGreaterThan(0);
});

test.each([
  ['an IPv4 address behind an IPv6 socket is itself', '10.0.0.1', '::ffff:10.0.0.1', true],
  ['two such addresses are two', '::ffff:10.0.0.1', '::ffff:10.0.0.2', false],
  ['a /64 is one', '2001:db8:1:2::1', '2001:db8:1:2:aaaa:bbbb:cccc:dddd', true],
  ['two of them are two', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['zeros may be left out anywhere', '2001:db8::1', '2001:db8:0:0:5::', true],
  ['a link-local address has a zone', 'fe80::1%eth0', 'fe80::2%eth0', true],
])('%s', (_name, failing, other, isSame) => {
  const throttle = createThrottle(() => 0);
  failTimes(throttle, failing, 4);
  expect(throttle.delayMs(by(other)) > 0).toBe(isSame);
});

test('it remembers a thousand addresses and forgets who failed longest ago', () => {
  const throttle = createThrottle(() => 0);
  failTimes(throttle, '10.0.0.1', 4);
  failTimes(throttle, '10.0.0.2', 4);
  throttle.fail(by('10.0.0.1'));
  for (let index = 0; index < 999; index++) throttle.fail(by(`10.1.${index >> 8}.${index & 255}`));
  expect(throttle.delayMs(by('10.0.0.1'))).toBeGreaterThan(0);
  expect(throttle.delayMs(by('10.0.0.2'))).toBe(0);
});
