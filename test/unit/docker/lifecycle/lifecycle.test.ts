import { describe, expect, test } from 'vitest';
import type { ExitReason } from '../../../../exporter/model/lifecycle.ts';
import { createLifeBed, idOf } from './life-bed.ts';

/** A container that is created and started, and inspected as it runs. */
function running(...[options]: Parameters<typeof createLifeBed>) {
  const bed = createLifeBed(options);
  bed.tell('create', 'web');
  bed.tell('start', 'web');
  bed.learn({ state: 'running', startedSeconds: bed.nowSeconds() });
  bed.wait(60);
  return bed;
}

type Step = readonly [action: string, attributes?: Readonly<Record<string, string>>];
const TERM: Step = ['kill', { signal: '15' }];
const KILL: Step = ['kill', { signal: '9' }];
const die = (exitCode: number): Step => ['die', { exitCode: String(exitCode) }];

interface Sequence {
  readonly what: string;
  readonly steps: readonly Step[];
  readonly exits: Partial<Record<ExitReason, number>>;
  readonly lastExit?: ExitReason;
}

describe('as engines send it', () => {
  test.each<Sequence>([
    { what: '28.5 stop', steps: [TERM, ['stop'], die(0)], exits: { requested: 1 }, lastExit: 'requested' },
    { what: '20.10 stop', steps: [TERM, die(0), ['stop']], exits: { requested: 1 }, lastExit: 'requested' },
    { what: 'a stop of what has ended', steps: [die(3), ['stop']], exits: { error: 1 }, lastExit: 'error' },
    {
      what: '28.5 stop that times out',
      steps: [TERM, KILL, ['stop'], die(137)],
      exits: { requested: 1 },
      lastExit: 'requested',
    },
    {
      what: '20.10 stop that times out',
      steps: [TERM, KILL, die(137), ['stop']],
      exits: { requested: 1 },
      lastExit: 'requested',
    },
    {
      what: '4.3 stop, of Podman',
      steps: [['stop'], die(0), ['cleanup']],
      exits: { requested: 1 },
      lastExit: 'requested',
    },
    { what: '28.5 restart', steps: [TERM, ['stop'], die(0), ['start'], ['restart']], exits: { requested: 1 } },
    { what: '20.10 restart', steps: [TERM, die(0), ['stop'], ['start'], ['restart']], exits: { requested: 1 } },
    { what: 'kill', steps: [KILL, die(137)], exits: { requested: 1 }, lastExit: 'requested' },
    { what: 'crash', steps: [die(3)], exits: { error: 1 }, lastExit: 'error' },
    { what: 'end', steps: [die(0)], exits: { success: 1 }, lastExit: 'success' },
    { what: 'lack of memory', steps: [['oom'], die(137)], exits: { oom: 1 }, lastExit: 'oom' },
    { what: 'lack of memory told late', steps: [die(137), ['oom']], exits: { oom: 1 }, lastExit: 'oom' },
    { what: 'lack of memory of a child', steps: [['oom']], exits: {} },
    { what: 'a HUP that does nothing', steps: [['kill', { signal: '1' }]], exits: {} },
    {
      what: 'die of Podman, with its own word for the code',
      steps: [['die', { containerExitCode: '3' }]],
      exits: { error: 1 },
      lastExit: 'error',
    },
    { what: 'health, exec and pause', steps: [['health_status'], ['exec_die'], ['pause'], ['unpause']], exits: {} },
  ])('$what', ({ steps, exits, lastExit }) => {
    const bed = running();
    for (const [action, attributes] of steps) {
      bed.wait(0.002);
      bed.tell(action, 'web', attributes);
    }
    bed.wait(0.5);
    expect(bed.exits('web')).toEqual(exits);
    expect(bed.exits()).toEqual(exits);
    expect(bed.told('web')?.lastExit).toBe(lastExit);
  });
});

test('R13: a reason is settled half a second after the end, and told and counted from then on', () => {
  const bed = running();
  bed.tell('die', 'web', { exitCode: '0' });
  bed.wait(0.499);
  expect([bed.exits('web'), bed.told('web')?.lastExit]).toEqual([{}, undefined]);
  bed.wait(0.001);
  expect([bed.exits('web'), bed.told('web')?.lastExit]).toEqual([{ success: 1 }, 'success']);
  bed.wait(60);
  expect(bed.exits('web')).toEqual({ success: 1 });
});

test('R13: a HUP of a minute ago is not the reason of a crash', () => {
  const bed = running();
  bed.tell('kill', 'web', { signal: '1' });
  bed.wait(60);
  bed.tell('die', 'web', { exitCode: '3' });
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ error: 1 });
});

test('a kill of one run is no reason for the end of the next', () => {
  const bed = running();
  for (const [action, attributes] of [TERM, die(0), ['start'] as const]) bed.tell(action, 'web', attributes);
  bed.wait(1);
  bed.tell('die', 'web', { exitCode: '3' });
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ requested: 1, error: 1 });
});

test('of many kills the last ones are remembered, of each signal one', () => {
  const bed = running();
  for (let round = 0; round < 100; round++) bed.tell('kill', 'web', { signal: String(1 + (round % 60)) });
  for (let round = 0; round < 100; round++) bed.tell('kill', 'web', { signal: '10' });
  bed.tell('kill', 'web', { signal: '15' });
  bed.tell('kill', 'web', { signal: '1' });
  expect(bed.state.containers.get(idOf('web'))?.run.kills).toHaveLength(8);
  bed.tell('die', 'web', { exitCode: '3' });
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ requested: 1 });
});

test('a kill of the next run is none of the last, however soon it comes', () => {
  const bed = running();
  for (const [action, attributes] of [die(3), ['start'], KILL, die(137)] as const) {
    bed.wait(0.1);
    bed.tell(action, 'web', attributes);
  }
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ error: 1, requested: 1 });
});

test('a stop of one that waits is no reason for the end before it, nor for the one after the next start', () => {
  const bed = running();
  bed.tell('die', 'web', { exitCode: '3' });
  bed.skip(5);
  bed.tell('stop', 'web');
  bed.skip(1);
  bed.tell('start', 'web');
  bed.skip(1);
  bed.tell('die', 'web', { exitCode: '3' });
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ error: 2 });
});

test('R14: a crash that the policy repairs 150 ms later keeps its reason, and is no end any more', () => {
  const bed = running();
  bed.tell('die', 'web', { exitCode: '139' });
  bed.learn({ state: 'restarting', startedSeconds: 0, exitCode: 139, engineRestarts: 1, restartPolicy: 'always' });
  bed.wait(0.15);
  bed.tell('start', 'web');
  bed.learn({ state: 'running', startedSeconds: bed.nowSeconds(), engineRestarts: 1, restartPolicy: 'always' });
  bed.wait(1);
  expect(bed.told('web')).toMatchObject({ exits: { signal: 1 }, restarts: 1 });
  expect(bed.told('web')).not.toHaveProperty('lastExit');
});

test('a loop of crashes, quicker than they are settled, counts each', () => {
  const bed = running();
  for (let round = 0; round < 100; round++) {
    bed.tell('die', 'web', { exitCode: String(round % 2) });
    bed.wait(0.1);
    bed.tell('start', 'web');
    bed.wait(0.01);
  }
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ success: 50, error: 50 });
});

test('R14: the flag of another run explains no end', () => {
  const bed = running();
  bed.tell('die', 'web', { exitCode: '137' });
  bed.tell('start', 'web');
  bed.learn({ state: 'exited', startedSeconds: bed.nowSeconds(), exitCode: 137, hasOomKilled: true });
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ signal: 1 });
});

test('R14: nor does a flag that an event of long before explains', () => {
  const bed = running();
  bed.tell('oom', 'web');
  bed.wait(3600);
  bed.tell('die', 'web', { exitCode: '137' });
  bed.learn({ state: 'exited', startedSeconds: 1, exitCode: 137, hasOomKilled: true });
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ signal: 1 });
});

test('an end that inspect denies is none any more', () => {
  const bed = running();
  const inspected = { state: 'running', startedSeconds: bed.nowSeconds() - 60 } as const;
  bed.learn(inspected);
  bed.tell('die', 'web', { exitCode: '3' });
  bed.wait(1);
  bed.learn(inspected);
  expect(bed.told('web')).not.toHaveProperty('lastExit');
});

test('what memory ran out of is counted, whether or not anything ended', () => {
  const bed = running();
  bed.tell('oom', 'web');
  bed.tell('oom', 'web');
  bed.tell('die', 'web', { exitCode: '137' });
  bed.wait(1);
  expect(bed.told('web')).toMatchObject({ oomEvents: 2, exits: { oom: 1 } });
});

test('an exit counter is there at 0 before anything ended', () => {
  const bed = createLifeBed();
  bed.tell('create', 'web');
  expect(bed.told('web')).toMatchObject({
    exits: { requested: 0, success: 0, error: 0, signal: 0, oom: 0, unknown: 0 },
    restarts: 0,
    oomEvents: 0,
  });
});

test('a container that came and went between two scrapes is counted', () => {
  const bed = createLifeBed();
  bed.tell('create', 'job');
  bed.tell('start', 'job');
  bed.tell('die', 'job', { exitCode: '3' });
  bed.tell('destroy', 'job');
  bed.wait(1);
  expect([bed.exits('job'), bed.exits()]).toEqual([{ error: 1 }, { error: 1 }]);
});

test('exit codes that no engine tells are unknown', () => {
  const bed = running();
  for (const exitCode of ['', '-1', '0x3', '3 ', '1e2', '4294967295', 'NaN']) bed.tell('die', 'web', { exitCode });
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ unknown: 7 });
});

test('a create that comes after what was told of the container takes nothing back', () => {
  const bed = createLifeBed();
  bed.learn({ state: 'running', startedSeconds: 1, engineRestarts: 5 });
  bed.tell('die', 'web', { exitCode: '3' });
  bed.tell('create', 'web');
  bed.learn({ state: 'restarting', startedSeconds: 1, engineRestarts: 6 });
  bed.learn({ state: 'running', startedSeconds: 2, engineRestarts: 6 });
  bed.wait(1);
  expect(bed.told('web')).toMatchObject({ exits: { error: 1 }, restarts: 1 });
});

test('a container that is first heard of at its start needs no inspect for the reason of its end', () => {
  const bed = createLifeBed();
  bed.tell('start', 'web');
  bed.tell('die', 'web', { exitCode: '3' });
  bed.wait(1);
  expect(bed.exits('web')).toEqual({ error: 1 });
});

describe('what was before our time', () => {
  test('explains why a container is ended, and counts for nothing', () => {
    const bed = createLifeBed();
    for (const [action, attributes] of [['create'], ['start'], ['oom'], die(137)] as const) {
      bed.seed(action, 'web', attributes);
    }
    bed.learn({ state: 'exited', startedSeconds: 1, exitCode: 137 });
    bed.wait(1);
    expect(bed.told('web')).toMatchObject({ lastExit: 'oom', oomEvents: 0, restarts: 0 });
    expect(bed.exits()).toEqual({});
  });

  test('leaves no trace of a container that is gone', () => {
    const bed = createLifeBed();
    for (const action of ['create', 'start', 'die', 'destroy']) bed.seed(action, 'job');
    bed.wait(1);
    expect([bed.names(), bed.wentByThemselves(), bed.state.containers.size]).toEqual([[], [], 0]);
  });

  test('nobody knows why a container is ended that no event tells of', () => {
    const bed = createLifeBed();
    bed.learn({ state: 'exited', startedSeconds: 1, exitCode: 3 });
    expect(bed.told('web')).toMatchObject({ lastExit: 'unknown', exits: { unknown: 0 } });
  });
});

test('an end that can be settled is settled though the timer was early', () => {
  const bed = running();
  bed.tell('die', 'web', { exitCode: '3' });
  expect(bed.due).toEqual([500]);
  bed.wait(0.4975);
  expect(bed.due.at(-1)).toBe(3);
  bed.wait(0.0025);
  expect([bed.exits('web'), bed.due.length]).toEqual([{ error: 1 }, 2]);
});
