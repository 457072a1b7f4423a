import { expect, test } from 'vitest';
import { createLogin, type HttpAuth } from '../../../../exporter/http/auth/login.ts';
import { basic, deferred, hashOf } from '../bed.ts';

const AUTH: HttpAuth = { users: { ops: hashOf('right'), eve: hashOf('other') }, bearerToken: 'a-long-token' };
const HERE = '10.0.0.1';

/** A login whose password checks are counted and end when `hold` says so. */
function createBed(auth: HttpAuth | undefined = AUTH, hold: () => Promise<void> = () => Promise.resolve()) {
  const clock = { ms: 0 };
  const checks: string[] = [];
  const throttled: string[] = [];
  const running = { now: 0, most: 0 };
  const login = createLogin({
    auth,
    nowMs: () => clock.ms,
    onThrottled: (address) => throttled.push(address),
    async verifyPassword(hash, password) {
      checks.push(hash);
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      await hold();
      running.now -= 1;
      return hash === hashOf(password);
    },
  });
  return { login, clock, checks, throttled, running };
}

test('without users and token everybody is let in', async () => {
  const login = createLogin({
    auth: undefined,
    nowMs: () => 0,
    onThrottled: () => undefined,
    verifyPassword: () => Promise.resolve(false),
  });
  expect(await login.check(undefined, HERE)).toEqual({ kind: 'granted' });
});

test('a right password is let in', async () => {
  const { login } = createBed();
  expect(await login.check(basic('ops', 'right'), HERE)).toEqual({ kind: 'granted' });
});

test.each([
  ['a wrong password', basic('ops', 'wrong')],
  ['the password of another user', basic('ops', 'other')],
  ['an unknown user with the password of a known one', basic('nobody', 'right')],
  ['a user named as a property of every object', basic('constructor', 'right')],
  ['a wrong token', 'Bearer a-long-tokem'],
  ['a token as a password', basic('ops', 'a-long-token')],
  ['nothing', undefined],
])('%s is refused', async (_name, header) => {
  const { login } = createBed();
  expect(await login.check(header, HERE)).toMatchObject({ kind: 'denied' });
});

test('a right token is let in without a password check', async () => {
  const { login, checks } = createBed();
  expect(await login.check('Bearer a-long-token', HERE)).toEqual({ kind: 'granted' });
  expect(checks).toEqual([]);
});

test('a refusal names what would be accepted, and only that', async () => {
  const ask = async (auth: HttpAuth) => await createBed(auth).login.check(undefined, HERE);
  const basicChallenge = 'Basic realm="harborlight", charset="UTF-8"';
  const bearerChallenge = 'Bearer realm="harborlight"';
  expect(await ask(AUTH)).toEqual({ kind: 'denied', challenges: [basicChallenge, bearerChallenge] });
  expect(await ask({ users: AUTH.users })).toEqual({ kind: 'denied', challenges: [basicChallenge] });
  expect(await ask({ users: {}, bearerToken: 'x' })).toEqual({ kind: 'denied', challenges: [bearerChallenge] });
});

test('R60: verified credentials cost no further password check', async () => {
  const { login, checks } = createBed();
  for (let count = 0; count < 5; count++) await login.check(basic('ops', 'right'), HERE);
  expect(checks.length).toBe(1);
});

test('R60: what was wrong is checked each time', async () => {
  const { login, checks } = createBed();
  await login.check(basic('ops', 'wrong'), HERE);
  await login.check(basic('ops', 'wrong'), HERE);
  expect(checks.length).toBe(2);
});

test('R60: at most a hundred credentials are remembered', async () => {
  const names = Array.from({ length: 101 }, (_, index) => `user-${index}`);
  const { login, checks } = createBed({ users: Object.fromEntries(names.map((name) => [name, hashOf(name)])) });
  for (const name of names) await login.check(basic(name, name), HERE);
  await login.check(basic('user-1', 'user-1'), HERE);
  expect(checks.length).toBe(101);
  await login.check(basic('user-0', 'user-0'), HERE);
  expect(checks.length).toBe(102);
});

test('R60: an update forgets what was verified', async () => {
  const { login, checks } = createBed();
  await login.check(basic('ops', 'right'), HERE);
  login.update(AUTH);
  expect(await login.check(basic('ops', 'right'), HERE)).toEqual({ kind: 'granted' });
  expect(checks.length).toBe(2);
});

test('an update changes the users', async () => {
  const { login } = createBed();
  await login.check(basic('ops', 'right'), HERE);
  login.update({ users: { ops: hashOf('new') } });
  expect(await login.check(basic('ops', 'right'), HERE)).toMatchObject({ kind: 'denied' });
  expect(await login.check(basic('ops', 'new'), HERE)).toEqual({ kind: 'granted' });
  expect(await login.check('Bearer a-long-token', HERE)).toMatchObject({ kind: 'denied' });
});

test('an unknown user costs the same password check as a wrong password', async () => {
  const { login, checks } = createBed();
  await login.check(basic('nobody', 'right'), HERE);
  expect(checks).toEqual([hashOf('right')]);
});

test('R60: password checks run one at a time', async () => {
  const { login, running, checks } = createBed();
  const addresses = Array.from({ length: 10 }, (_, index) => `10.0.0.${index}`);
  await Promise.all(addresses.map((address) => login.check(basic('ops', address), address)));
  expect(checks.length).toBe(10);
  expect(running.most).toBe(1);
});

test('R60: equal credentials at the same time cost one password check', async () => {
  const { login, checks } = createBed();
  const verdicts = await Promise.all(Array.from({ length: 50 }, () => login.check(basic('ops', 'right'), HERE)));
  expect(checks.length).toBe(1);
  expect(verdicts).toEqual(Array.from({ length: 50 }, () => ({ kind: 'granted' })));
});

test('R60: who comes while sixteen wait is sent away for a second, but not who is known', async () => {
  let gate = Promise.resolve();
  const { login, checks } = createBed(AUTH, () => gate);
  await login.check(basic('ops', 'right'), HERE);
  const { promise, resolve } = deferred();
  gate = promise;
  const waiting = Array.from({ length: 16 }, (_, index) => login.check(basic('ops', `${index}`), `10.0.1.${index}`));
  expect(await login.check(basic('ops', 'late'), HERE)).toEqual({ kind: 'delayed', seconds: 1 });
  expect(await login.check(basic('ops', 'right'), HERE)).toEqual({ kind: 'granted' });
  resolve();
  await Promise.all(waiting);
  expect(checks.length).toBe(17);
});

test('R60: an address that fails again and again has to wait, longer each time', async () => {
  const { login, clock, checks, throttled } = createBed();
  for (let count = 0; count < 4; count++) await login.check(basic('ops', 'wrong'), HERE);
  expect(await login.check(basic('ops', 'wrong'), HERE)).toEqual({ kind: 'delayed', seconds: 1 });
  clock.ms += 1_000;
  expect(await login.check(basic('ops', 'wrong'), HERE)).toMatchObject({ kind: 'denied' });
  expect(await login.check(basic('ops', 'wrong'), HERE)).toEqual({ kind: 'delayed', seconds: 2 });
  expect(checks.length).toBe(5);
  expect(throttled).toEqual([HERE]);
});

test('wrong tokens keep nobody waiting: they cost nothing, and a token cannot be guessed', async () => {
  const { login, throttled } = createBed();
  for (let count = 0; count < 20; count++) {
    expect(await login.check('Bearer guess', HERE)).toMatchObject({ kind: 'denied' });
  }
  expect(await login.check('Bearer a-long-token', HERE)).toEqual({ kind: 'granted' });
  expect(throttled).toEqual([]);
});

test('who guesses keeps nobody else of the same address waiting', async () => {
  const { login } = createBed();
  for (let count = 0; count < 5; count++) await login.check(basic('ops', `guess-${count}`), HERE);
  expect(await login.check(basic('eve', 'other'), HERE)).toEqual({ kind: 'granted' });
  expect(await login.check('Bearer a-long-token', HERE)).toEqual({ kind: 'granted' });
});

test('a throttled address cannot try guesses against what is remembered', async () => {
  const { login } = createBed();
  await login.check(basic('ops', 'right'), HERE);
  for (let count = 0; count < 4; count++) await login.check(basic('ops', `wrong-${count}`), HERE);
  expect(await login.check(basic('ops', 'right'), HERE)).toMatchObject({ kind: 'delayed' });
});

test('guesses sent at once are throttled like guesses one after another', async () => {
  const { login, checks } = createBed();
  await Promise.all(Array.from({ length: 12 }, (_, index) => login.check(basic('ops', `guess-${index}`), HERE)));
  expect(checks.length).toBe(4);
});

test('a request without credentials is no failure', async () => {
  const { login } = createBed();
  for (let count = 0; count < 20; count++) await login.check(undefined, HERE);
  expect(await login.check(basic('ops', 'right'), HERE)).toEqual({ kind: 'granted' });
});

test('a password check that breaks is the fault of one request', async () => {
  const results = [Promise.reject(new Error('bad hash')), Promise.resolve(true)];
  const login = createLogin({
    auth: AUTH,
    nowMs: () => 0,
    onThrottled: () => undefined,
    verifyPassword: () => results.shift() ?? Promise.resolve(false),
  });
  await expect(login.check(basic('ops', 'right'), HERE)).rejects.toThrow('bad hash');
  expect(await login.check(basic('ops', 'right'), HERE)).toEqual({ kind: 'granted' });
});
