import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { expectNothingLostUnderKills } from '../integration/spool-under-kills.ts';

test('a hundred kills at random moments lose no document that was acknowledged, and store none twice', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-kills-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const report = await expectNothingLostUnderKills(directory, 100);
  console.info('the spool under a hundred kills:', report);
  expect(report.segments).toBeGreaterThan(30);
  expect(report.perSecond).toBeGreaterThan(2000);
});
