import { describe, expect, test } from 'vitest';
import { backup, createBed, createDisk, HOUR_MS, report } from './heartbeats-bed.ts';

describe('a heartbeat', () => {
  test('is unknown after it was configured, until its first sign of life is overdue', () => {
    const { heartbeats, pass, stateOf } = createBed();
    heartbeats.replace([backup]);
    const labels = { seriesLabels: { probe: 'backup', kind: 'heartbeat' } };
    expect(stateOf('backup')).toEqual(labels);
    pass(HOUR_MS + 60_000);
    expect(stateOf('backup')).toEqual(labels);
    pass(1);
    expect(stateOf('backup')).toEqual({ ...labels, isAlive: false });
  });

  test('is alive until the next sign of life and its grace are overdue, and again with the next one', async () => {
    const { heartbeats, pass, stateOf } = createBed();
    heartbeats.replace([backup]);
    await heartbeats.beat('backup');
    pass(HOUR_MS + 60_000);
    expect(stateOf('backup')).toMatchObject({ isAlive: true, lastHeartbeatSeconds: 1_758_000_000 });
    pass(1);
    expect(stateOf('backup')).toMatchObject({ isAlive: false, lastHeartbeatSeconds: 1_758_000_000 });
    void heartbeats.beat('backup');
    expect(stateOf('backup')).toMatchObject({ isAlive: true, lastHeartbeatSeconds: 1_758_003_660.001 });
  });

  test('has no result: nobody ran it, so it took no time', async () => {
    const { heartbeats, stateOf } = createBed();
    heartbeats.replace([backup]);
    await heartbeats.beat('backup');
    expect(stateOf('backup')).not.toHaveProperty('result');
  });

  test.each([-400 * 86_400, 400 * 86_400])('is no other when the clock steps by %d seconds', async (seconds) => {
    const { heartbeats, pass, stepClock, stateOf } = createBed();
    heartbeats.replace([backup, report]);
    await heartbeats.beat('backup');
    stepClock(seconds);
    expect(stateOf('backup')?.isAlive).toBe(true);
    expect(stateOf('report')).not.toHaveProperty('isAlive');
    pass(HOUR_MS + 60_001);
    expect(stateOf('backup')?.isAlive).toBe(false);
  });

  test('that is not configured cannot beat', async () => {
    const { heartbeats } = createBed();
    heartbeats.replace([backup]);
    await expect(heartbeats.beat('other')).rejects.toThrow('there is no heartbeat other');
  });
});

describe('another configuration', () => {
  test('leaves what is known of those that stay, with their new terms', async () => {
    const { heartbeats, pass, stateOf } = createBed();
    heartbeats.replace([backup]);
    await heartbeats.beat('backup');
    pass(2 * HOUR_MS);
    heartbeats.replace([{ ...backup, everyMs: 3 * HOUR_MS }, report]);
    expect(stateOf('backup')?.isAlive).toBe(true);
    expect(stateOf('report')).not.toHaveProperty('isAlive');
  });

  test('forgets those that go', async () => {
    const { heartbeats, stateOf } = createBed();
    heartbeats.replace([backup]);
    await heartbeats.beat('backup');
    heartbeats.replace([]);
    expect(heartbeats.snapshots()).toEqual([]);
    heartbeats.replace([backup]);
    expect(stateOf('backup')).not.toHaveProperty('lastHeartbeatSeconds');
  });
});

describe('the next process', () => {
  const restarted = async (laterSeconds: number) => {
    const disk = createDisk();
    const one = createBed(disk);
    one.heartbeats.replace([backup, report]);
    await one.heartbeats.beat('backup');
    await one.heartbeats.stop();
    const next = createBed(disk, 1_758_000_000 + laterSeconds);
    next.heartbeats.replace([backup, report]);
    return next;
  };

  test('knows the last signs of life', async () => {
    const { pass, stateOf } = await restarted(3000);
    expect(stateOf('backup')).toMatchObject({ isAlive: true, lastHeartbeatSeconds: 1_758_000_000 });
    pass(660_000);
    expect(stateOf('backup')?.isAlive).toBe(true);
    pass(1);
    expect(stateOf('backup')?.isAlive).toBe(false);
  });

  test('knows since when one is awaited for the first time', async () => {
    const { pass, stateOf } = await restarted(86_000);
    pass(400_000);
    expect(stateOf('report')).not.toHaveProperty('isAlive');
    pass(1);
    expect(stateOf('report')?.isAlive).toBe(false);
  });

  test('on a clock that stepped back a year finds a dead job out all the same', async () => {
    const { pass, stateOf } = await restarted(-365 * 86_400);
    expect(stateOf('backup')?.isAlive).toBe(true);
    pass(HOUR_MS + 60_001);
    expect(stateOf('backup')?.isAlive).toBe(false);
    pass(23 * HOUR_MS);
    expect(stateOf('report')?.isAlive).toBe(false);
  });

  test('on a clock that is a year ahead needs one sign of life', async () => {
    const { heartbeats, stateOf } = await restarted(365 * 86_400);
    expect(stateOf('backup')?.isAlive).toBe(false);
    void heartbeats.beat('backup');
    expect(stateOf('backup')?.isAlive).toBe(true);
  });

  test.each(['', '{', 'null', '[]', '{"version":2,"heartbeats":[]}', '{"version":1,"heartbeats":[{"name":1}]}'])(
    'begins anew where the file is broken, and says so once: %s',
    async (text) => {
      const { disk, file } = createDisk(text);
      const { heartbeats, log, stateOf } = createBed({ disk, file });
      heartbeats.replace([backup]);
      expect(await heartbeats.beat('backup')).toBe(true);
      expect(stateOf('backup')?.isAlive).toBe(true);
      expect(log.map(({ level, msg }) => [level, msg])).toEqual([
        [50, 'heartbeats of before are lost: each is unknown until it is due again'],
      ]);
      expect(disk.text).toContain('"backup"');
    },
  );

  test('begins anew where there is no file, and says nothing', () => {
    const { heartbeats, log } = createBed();
    heartbeats.replace([backup]);
    expect(log).toEqual([]);
  });
});
