import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import { parseInspect } from '../../../../exporter/docker/parse/inspect.ts';
import { CONTAINER_STATES } from '../../../../exporter/model/container.ts';
import { badNumbers } from '../bad-numbers.ts';
import { changed, RECORDED_ENGINES, recordedContainers, recordedInspect } from '../recordings.ts';

const ENGINE = 'engine-28.5-cgroup2';
const web = recordedInspect(ENGINE, 'shop-web-1');
const factsOf = (changes: Readonly<Record<string, unknown>>) => parseInspect(changed(web, changes)).facts;
const limitsOf = (HostConfig: Readonly<Record<string, unknown>>) => factsOf({ HostConfig }).limits;

describe.each(RECORDED_ENGINES)('inspect of %s', (engine) => {
  const parsed = (name: string) => parseInspect(recordedInspect(engine, name));

  test('every recorded container has a name, an image and a state', () => {
    for (const name of recordedContainers(engine)) {
      const { id, description, facts } = parsed(name);
      expect({ id, name: description.name, image: description.image }).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        name,
        image: 'bb:1',
      });
      expect(facts.createdSeconds).toBeGreaterThan(1_795_000_000);
    }
  });

  test('trap 3: a container in a restart loop is restarting, though Running is true', () => {
    expect(recordedInspect(engine, 'looper')).toMatchObject({ State: { Running: true } });
    expect(parsed('looper').facts).toMatchObject({ state: 'restarting', exitCode: 7 });
    expect(parsed('looper').facts.engineRestarts).toBeGreaterThan(7);
  });

  test('trap 3: a paused container is paused, though Running is true', () => {
    expect(parsed('frozen').facts.state).toBe('paused');
  });

  test('trap 23: zero times are left out', () => {
    const never = parsed('never-started').facts;
    expect(never.state).toBe('created');
    expect(never).not.toHaveProperty('startedSeconds');
    expect(never).not.toHaveProperty('finishedSeconds');
    expect(parsed('shop-web-1').facts).not.toHaveProperty('finishedSeconds');
  });

  test('trap 24: only what has ended has an exit code', () => {
    expect(parsed('shop-web-1').facts).not.toHaveProperty('exitCode');
    expect(parsed('frozen').facts).not.toHaveProperty('exitCode');
    expect(parsed('never-started').facts).not.toHaveProperty('exitCode');
    expect(parsed('exit0').facts.exitCode).toBe(0);
    expect(parsed('exit3').facts.exitCode).toBe(3);
    expect(parsed('oom').facts.exitCode).toBe(137);
  });

  test('R34: what ended is exited, whichever of its two times is later', () => {
    expect(parsed('exit0').facts.state).toBe('exited');
    expect(parsed('exit3').facts.state).toBe('exited');
    expect(parsed('tty').facts.state).toBe('running');
    expect(parsed('twonets').facts.state).toBe('running');
  });

  test('R2: health is told while running, with the last check', () => {
    expect(parsed('shop-web-1').facts.health).toMatchObject({ status: 'healthy', failingStreak: 0 });
    const sick = parsed('shop-sick-1').facts.health;
    expect(sick).toMatchObject({ status: 'unhealthy', lastCheck: { exitCode: 1 } });
    expect(sick?.failingStreak).toBeGreaterThan(1);
    expect(sick?.lastCheck?.durationSeconds).toBeGreaterThan(0);
    expect(sick?.lastCheck?.durationSeconds).toBeLessThan(10);
    expect(parsed('frozen').facts).not.toHaveProperty('health');
  });

  test('trap 6: limits are as configured, and absent where there is none', () => {
    expect(parsed('shop-web-1').facts.limits).toMatchObject({
      memoryBytes: 64 * 2 ** 20,
      cpuQuotaCores: 0.5,
      pids: 50,
    });
    expect(parsed('frozen').facts.limits).toEqual({});
  });

  test('R27: what has no limit of processes of its own has none from inspect', () => {
    expect(parsed('burner').facts.limits).not.toHaveProperty('pids');
  });

  test('labels survive as they are', () => {
    const { labels } = parsed('dotted').description;
    expect(Object.keys(labels)).toEqual(expect.arrayContaining(['a.b', 'a-b', 'exitCode']));
  });
});

test('R2: the engine calls a stopped or paused container unhealthy, we do not', () => {
  const Health = { Status: 'unhealthy', FailingStreak: 3, Log: [] };
  expect(factsOf({ State: { Health } }).health).toEqual({ status: 'unhealthy', failingStreak: 3 });
  for (const Status of ['paused', 'exited', 'restarting', 'dead', 'created'])
    expect(factsOf({ State: { Status, Health } })).not.toHaveProperty('health');
});

test('a container without a health check has no health', () => {
  for (const Health of [undefined, null, { Status: 'none' }, { Status: '' }])
    expect(factsOf({ State: { Health } })).not.toHaveProperty('health');
  const describe = (Healthcheck: unknown) => parseInspect(changed(web, { Config: { Healthcheck } })).description;
  expect(describe({ Test: ['NONE'] }).hasHealthcheck).toBe(false);
  expect(describe({ Test: [] }).hasHealthcheck).toBe(false);
  expect(describe(null).hasHealthcheck).toBe(false);
  expect(describe({ Test: ['CMD', 'true'] }).hasHealthcheck).toBe(true);
});

test('a check that ended before it began took no time', () => {
  const [Start, End] = ['2026-11-21T00:00:02Z', '2026-11-21T00:00:01Z'];
  const Health = { Status: 'healthy', Log: [{ Start, End, ExitCode: 0 }] };
  expect(factsOf({ State: { Health } }).health?.lastCheck?.durationSeconds).toBe(0);
});

test.each([
  ['configured', 'created'],
  ['initialized', 'created'],
  ['stopping', 'running'],
  ['stopped', 'exited'],
  ['Running', 'running'],
])('R46: the state %s of Podman is %s', (Status, state) => {
  expect(factsOf({ State: { Status } }).state).toBe(state);
});

test('R46: of one that Podman calls stopped, nothing is decided yet', () => {
  const undecided = (Status: string) => parseInspect(changed(web, { State: { Status } })).isUndecided;
  expect([undecided('stopped'), undecided('exited'), undecided('restarting')]).toEqual([true, undefined, undefined]);
});

test.each(['', 'unknown', 'constructor', '__proto__', 'tostring'])('the unknown state "%s" is dead', (Status) => {
  expect(factsOf({ State: { Status } }).state).toBe('dead');
});

test('trap 13: a container that lost its name has none', () => {
  expect(parseInspect(changed(web, { Name: '' })).description).not.toHaveProperty('name');
  expect(parseInspect(changed(web, { Name: undefined })).description).not.toHaveProperty('name');
});

test('the limit of processors is the quota by its period', () => {
  expect(limitsOf({ NanoCpus: 0, CpuQuota: 150_000, CpuPeriod: 0 }).cpuQuotaCores).toBe(1.5);
  expect(limitsOf({ NanoCpus: 0, CpuQuota: 25_000, CpuPeriod: 50_000 }).cpuQuotaCores).toBe(0.5);
  expect(limitsOf({ NanoCpus: 0, CpuQuota: -1 })).not.toHaveProperty('cpuQuotaCores');
});

test('the period of a quota is told with it, 100 ms where nobody chose another', () => {
  expect(limitsOf({ NanoCpus: 500_000_000, CpuPeriod: 0 }).cpuPeriodSeconds).toBe(0.1);
  expect(limitsOf({ NanoCpus: 0, CpuQuota: 150_000, CpuPeriod: 0 }).cpuPeriodSeconds).toBe(0.1);
  expect(limitsOf({ NanoCpus: 0, CpuQuota: 25_000, CpuPeriod: 50_000 }).cpuPeriodSeconds).toBe(0.05);
  expect(limitsOf({ NanoCpus: 0, CpuQuota: 0, CpuPeriod: 50_000 })).not.toHaveProperty('cpuPeriodSeconds');
});

test('the weight of a container is told where somebody chose one', () => {
  expect(limitsOf({ CpuShares: 512 }).cpuShares).toBe(512);
  for (const none of [0, undefined]) expect(limitsOf({ CpuShares: none })).not.toHaveProperty('cpuShares');
});

test.each([
  ['0-3,8', 5],
  ['2', 1],
  [' 0 , 2 ', 2],
  ['', undefined],
  ['3-1', undefined],
  ['all', undefined],
])('R27: the cpuset "%s" has %s processors', (CpusetCpus, cores) => {
  expect(limitsOf({ CpusetCpus }).cpusetCores).toBe(cores);
});

test('no limit is written in many ways', () => {
  for (const none of [0, -1, null, undefined]) expect(limitsOf({ PidsLimit: none })).not.toHaveProperty('pids');
  expect(limitsOf({ Memory: 0, MemoryReservation: 0 })).not.toHaveProperty('memoryBytes');
});

test('what is not used may have any shape, or be absent', () => {
  const minimal = { Id: 'a'.repeat(64), State: { Status: 'running' }, Config: {}, HostConfig: {}, NetworkSettings: 7 };
  expect(parseInspect(minimal)).toEqual({
    id: 'a'.repeat(64),
    description: { labels: {}, image: '', hasHealthcheck: false },
    hasOomKilled: false,
    facts: { state: 'running', limits: {} },
    network: { networks: [], published: [], declared: [] },
  });
});

test.each([
  ['no object', 'oops'],
  ['nothing', undefined],
  ['an error message', { message: 'No such container' }],
  ['an id that is a path', changed(web, { Id: '../../etc/passwd' })],
  ['a state that is no text', changed(web, { State: { Status: 3 } })],
  ['labels that are a list', changed(web, { Config: { Labels: [1] } })],
])('R48: %s is refused', (_what, answer) => {
  expect(() => parseInspect(answer)).toThrow(ZodError);
});

test('R48: whatever an engine writes, the parser gives sane values or refuses', () => {
  const anything = fc.oneof(fc.jsonValue(), badNumbers, fc.constantFrom('constructor', '3-1', '0001-01-01T00:00:00Z'));
  const answers = fc.record({
    State: fc.dictionary(fc.constantFrom('Status', 'ExitCode', 'StartedAt', 'FinishedAt', 'Health'), anything),
    HostConfig: fc.dictionary(
      fc.constantFrom('Memory', 'NanoCpus', 'CpuQuota', 'CpuPeriod', 'CpusetCpus', 'PidsLimit'),
      anything,
    ),
    RestartCount: anything,
    Created: anything,
  });
  fc.assert(
    fc.property(answers, (changes) => {
      let facts: ReturnType<typeof parseInspect>['facts'];
      try {
        facts = factsOf(changes);
      } catch (error) {
        return error instanceof ZodError;
      }
      expect(CONTAINER_STATES).toContain(facts.state);
      const { exitCode: _mayBeNegative, ...rest } = facts;
      const values: readonly unknown[] = Object.values({ ...rest, ...facts.limits });
      const numbers = values.filter((it) => typeof it === 'number');
      return numbers.every((it) => Number.isFinite(it) && it >= 0);
    }),
    { numRuns: 200 },
  );
});
