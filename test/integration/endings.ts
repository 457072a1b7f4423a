import { z } from 'zod';
import { waitFor } from '../bed/wait-for.ts';
import type { EngineClient } from './engine-client.ts';

/** Containers that can end again and again. Nothing of them has run yet. */
export interface Endings {
  /** Resolves when `isOver` says so, and all have ended and none will start. `turn` is waited for before each end. */
  readonly run: (isOver: () => boolean, turn: () => Promise<void>) => Promise<void>;
}

/** By name, the only reason that its ends have. */
export const REASONS = { crashes: 'error', stopped: 'requested', job: 'error', loops: 'error' } as const;

/** Crashes, stops, `--rm` containers and restarts by the policy, side by side. */
export const createEndings = async (client: EngineClient): Promise<Endings> => {
  const { ask, create, wait } = client;
  const crashes = await create('crashes', 'exit 3');
  const stopped = await create('stopped', 'sleep 1000');
  const loops = await create('loops', 'sleep 0.1; exit 5', { HostConfig: { RestartPolicy: { Name: 'always' } } });
  const createJob = () => create('job', 'exit 7', { HostConfig: { AutoRemove: true } });
  await ask('DELETE', `/containers/${await createJob()}`);
  const start = (id: string) => ask('POST', `/containers/${id}/start`);
  const rounds = [
    async () => {
      await start(crashes);
      await wait(crashes);
    },
    async () => {
      await start(stopped);
      await ask('POST', `/containers/${stopped}/stop?t=0`);
    },
    async () => {
      const job = await createJob();
      const gone = wait(job, 'removed');
      await start(job);
      await gone;
    },
  ];
  return {
    run: async (isOver, turn) => {
      await start(loops);
      const repeat = async (round: () => Promise<void>) => {
        while (!isOver()) {
          await turn();
          await round();
        }
      };
      await Promise.all(rounds.map(repeat));
      await ask('POST', `/containers/${loops}/update`, { RestartPolicy: { Name: 'no' } });
      const hasEnded = async () =>
        inspected.parse(await ask('GET', `/containers/${loops}/json`)).State.Status === 'exited';
      await waitFor('the last end', hasEnded, { timeoutMs: 30_000 });
    },
  };
};

const inspected = z.object({ State: z.object({ Status: z.string() }) });
