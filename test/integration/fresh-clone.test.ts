import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../bed/child.ts';
import { command, plainEnvironment } from '../bed/command.ts';
import { needing } from '../bed/need.ts';
import { repositoryPath } from '../bed/paths.ts';
import { commandLineOf, descendantsOf, threadCountOf } from '../bed/process-tree.ts';
import { waitFor } from '../bed/wait-for.ts';

let clone: string;

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'harborlight-clone-'));
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'exporter']) {
    await cp(join(repositoryPath, name), join(clone, name), { recursive: true });
  }
  await symlink(join(repositoryPath, 'node_modules'), join(clone, 'node_modules'));
});
afterAll(() => rm(clone, { recursive: true }));

/** Runs a command line of the README in the clone. */
const start = (file: string, ...args: readonly string[]) => {
  const child = startChild(file, args, { cwd: clone, env: plainEnvironment() });
  const listening = () => /"(http:\/\/127\.0\.0\.1:\d+)\/"/.exec(child.log())?.[1];
  return {
    log: child.log,
    signal: child.signal,
    ended: child.ended,
    url: () => waitFor(`${file} ${args.join(' ')} listens`, listening, { timeoutMs: 80_000 }),
    /** The exporter itself is the last in the line of what npm starts. */
    exporterPid: () => descendantsOf(child.pid).at(-1) ?? child.pid,
    stop: async () => {
      const pids = [child.pid, ...descendantsOf(child.pid)].filter((pid) => commandLineOf(pid) !== undefined);
      // The exporter first, by itself: a shell that npx puts between passes no signal on.
      for (const pid of pids.toReversed()) process.kill(pid, 'SIGTERM');
      await child.ended;
    },
  };
};

/** Until the test ends. */
const run = (file: string, ...args: readonly string[]) => {
  const started = start(file, ...args);
  onTestFinished(started.stop);
  return started;
};

const nowhere = ['--listen', '127.0.0.1:0', '--host', 'unix:///nowhere/docker.sock'];

const expectSixteenThreads = async (asShipped: ReturnType<typeof start>) => {
  // Node has four unless told otherwise; what else has threads is the same in both.
  const ownData = ['env', 'HARBORLIGHT_PATHS_DATA=data-of-another'] as const;
  const plain = run(...ownData, process.execPath, join(clone, 'dist/main.js'), 'start', ...nowhere);
  await Promise.all([asShipped.url(), plain.url()]);
  await waitFor('twelve threads more than Node has by itself', () => {
    expect(threadCountOf(asShipped.exporterPid()) - threadCountOf(plain.exporterPid())).toBe(12);
    return true;
  });
};

describe('npm start', () => {
  let started: ReturnType<typeof start>;
  beforeAll(() => {
    started = start('npm', 'start', '--', ...nowhere);
  });
  afterAll(() => started.stop());

  test('builds, listens, and says which engine does not answer and what to do', async () => {
    expect((await fetch(`${await started.url()}/healthz`)).status).toBe(200);
    await waitFor('the advice', () =>
      started.log().includes('There is no /nowhere/docker.sock: is Docker installed and running?'),
    );
  });

  test('R17: gives libuv 16 threads', needing('linux'), () => expectSixteenThreads(started));

  test('ends in order what it started', needing('linux'), async () => {
    await started.url();
    const pid = started.exporterPid();
    started.signal('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(commandLineOf(pid)).toBeUndefined();
    expect(started.log()).toContain('"message":"stopping"');
  });
});

test('npm run demo shows containers', async () => {
  const { url } = run('npm', 'run', 'demo', '--', '--listen', '127.0.0.1:0');
  const metrics = `${await url()}/metrics`;
  await waitFor('30 containers', async () => {
    const text = await (await fetch(metrics)).text();
    return text.match(/^docker_container_info\{/gm)?.length === 30;
  });
});

test('npx harborlight names its commands', async () => {
  const help = await command('npx', ['harborlight', '--help'], { cwd: clone });
  for (const name of ['start', 'demo', 'check-config', 'hash-password', 'docs']) expect(help).toContain(`  ${name} `);
});

test('R17: npx gives libuv 16 threads', needing('linux'), () =>
  expectSixteenThreads(run('npx', 'harborlight', 'start', ...nowhere)),
);
