import { describe, expect, test } from 'vitest';
import { viewOf } from '../host-bed.ts';
import { type Bed, createLifeBed } from './life-bed.ts';
import { crash, run, runOnce } from './lives.ts';

describe('R37: a host of short jobs', () => {
  const jobs = (bed: Bed, count: number) => {
    for (let job = 0; job < count; job++) {
      runOnce(bed, `job-${job}`, 'end');
      bed.wait(0.1);
    }
    bed.wait(1);
  };

  test('has at most 500 that are gone, the last ones', () => {
    const bed = createLifeBed();
    jobs(bed, 600);
    expect([bed.state.containers.size, bed.state.tallies.size]).toEqual([500, 500]);
    expect(bed.names()).not.toContain('job-99');
    expect(bed.names()).toContain('job-100');
    expect(bed.exits()).toEqual({ success: 600 });
  });

  test('counts each, also where more go at once than are told of', () => {
    const bed = createLifeBed();
    for (let job = 0; job < 600; job++) runOnce(bed, `job-${job}`, 'end');
    bed.wait(0.3);
    bed.wait(0.3);
    expect([bed.exits(), bed.exits('job-599')]).toEqual([{ success: 600 }, { success: 1 }]);
  });

  test('forgets no living container for them, and nothing that is expected', () => {
    const bed = createLifeBed({ isExpected: ({ description }) => description.name === 'worker' });
    run(bed, 'web');
    crash(bed, 'web');
    runOnce(bed, 'worker', 'crash');
    jobs(bed, 600);
    expect(bed.exits('web')).toEqual({ error: 1 });
    expect(bed.wentByThemselves()).toContain('worker');
  });

  test('that are too young to be told is told of none, however many there are', () => {
    const bed = createLifeBed();
    run(bed, 'web');
    jobs(bed, 600);
    bed.wait(60);
    expect(bed.names(viewOf({}, 30))).toEqual(['web']);
  });

  test('names of a container that is renamed again and again are limited as well', () => {
    const bed = createLifeBed();
    run(bed, 'web');
    for (let name = 0; name < 2000; name++) bed.tell('rename', 'web', { name: `web-${name}` });
    bed.wait(1);
    expect(bed.state.tallies.size).toBe(501);
  });
});

test('of more than 10,000 containers no more is kept, and those that are known go on', () => {
  const bed = createLifeBed();
  for (let container = 0; container < 10_050; container++) bed.tell('create', `web-${container}`);
  bed.learn({ id: 'web-10049', state: 'running', startedSeconds: 1 });
  expect(bed.state.containers.size).toBe(10_000);
  crash(bed, 'web-7');
  bed.wait(1);
  expect(bed.exits('web-7')).toEqual({ error: 1 });
});
