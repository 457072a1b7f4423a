import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLock } from '../../exporter/documents/spool/lock.ts';
import { startSpoolProducer } from './spool-producer.ts';
import { expectNothingLostUnderKills } from './spool-under-kills.ts';

test('ten kills at random moments lose no document that was acknowledged, and store none twice', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-kills-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const report = await expectNothingLostUnderKills(directory, 10);
  console.info('the spool under ten kills:', report);
  expect(report.segments).toBeGreaterThan(3);
});

test('a second process on one directory is refused until the first has ended, which is soon after SIGTERM', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-second-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const producer = startSpoolProducer({ directory, from: 1 });
  onTestFinished(() => producer.kill('SIGKILL'));
  await producer.isUp;
  await expect(acquireLock(directory, 'the second')).rejects.toThrow(/in use by a producer: stop that one first/);
  const askedMs = performance.now();
  producer.kill('SIGTERM');
  await producer.ended;
  expect(performance.now() - askedMs).toBeLessThan(2000);
  await (await acquireLock(directory, 'the second')).release();
});
