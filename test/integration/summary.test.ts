import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainEnvironment, runCommand } from '../bed/command.ts';
import { repositoryPath } from '../bed/paths.ts';

/** Runs tests that need a real part on a machine that seems to have none, as `npm test` would. */
const runWithoutParts = (env: NodeJS.ProcessEnv) =>
  runCommand(
    process.execPath,
    [join(repositoryPath, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'soak', 'test/soak/bed.test'],
    { cwd: repositoryPath, env: { ...plainEnvironment(), TESTBED_ROOT: '/nowhere', ...env } },
  );

test('says what was skipped and how to enable it, a line a part, and ends with the figures', async () => {
  const { exitCode, stdout } = await runWithoutParts({});
  expect(exitCode).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(/^0 passed, 0 failed, \d+ skipped$/);
  expect(lines.filter((line) => line === 'skipped 3 that need docker-28: run test/bed/install as root')).toHaveLength(
    1,
  );
});

test('with HARBORLIGHT_TEST_REQUIRE=all each skip is a failure', async () => {
  const { exitCode, stdout } = await runWithoutParts({ HARBORLIGHT_TEST_REQUIRE: 'all' });
  expect(exitCode).toBe(1);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^0 passed, [1-9]\d* failed, 0 skipped$/);
});
