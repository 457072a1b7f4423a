import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../bed/child.ts';
import { startEngine } from '../bed/engine.ts';
import { repositoryPath } from '../bed/paths.ts';
import { startPlainFleet } from '../integration/plain-fleet.ts';
import { pidsOf } from './process-cost.ts';

/** An engine whose containers do nothing. */
export interface WatchedEngine {
  /** `Docker 28.5.2`, `simulated` */
  readonly engine: string;
  readonly socketPath: string;
  readonly containers: number;
  readonly pids: EnginePids;
  readonly stop: () => Promise<void>;
}

/** Whose processor time a scrape may take. */
export interface EnginePids {
  readonly dockerd: readonly number[];
  readonly containerd: readonly number[];
  /** One for each container; they cost something all the time. */
  readonly shims: readonly number[];
}

/** In a process of its own, so that its cost is nobody else's; it counts as dockerd. */
export async function startSimulated(containers: number): Promise<WatchedEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'harborlight-bench-'));
  const socketPath = join(directory, 'docker.sock');
  const script = join(repositoryPath, 'dist/bench/test/bench/simulated-engine.js');
  const child = startChild(process.execPath, [script, socketPath, String(containers)], { cwd: directory, env: {} });
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return {
    engine: 'simulated',
    socketPath,
    containers,
    pids: { dockerd: [child.pid], containerd: [], shims: [] },
    stop,
  };
}

export async function startReal(version: '28' | '20', containers: number): Promise<WatchedEngine> {
  const engine = await startEngine({ version });
  const { socketPath, stop } = engine;
  await startPlainFleet(socketPath, containers).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const number = await engine.docker('version', '--format', '{{.Server.Version}}');
  const pids = {
    dockerd: [engine.pid()],
    containerd: pidsOf('containerd', `/${engine.name}/`),
    shims: pidsOf('containerd-shim', `/${engine.name}/`),
  };
  return { engine: `Docker ${number}`, socketPath, containers, pids, stop };
}
