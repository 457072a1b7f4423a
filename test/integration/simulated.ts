import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedEngine, type EngineOptions, type SimulatedEngine } from '../../exporter/demo/engine.ts';

export interface SimulatedHost {
  readonly engine: SimulatedEngine;
  readonly socketPath: string;
  readonly stop: () => Promise<void>;
}

/** A simulated engine with so many plain containers that run. */
export const startSimulatedHost = async (containers: number, options?: EngineOptions): Promise<SimulatedHost> => {
  const directory = await mkdtemp(join(tmpdir(), 'simulated-engine-'));
  const socketPath = join(directory, 'docker.sock');
  const engine = createSimulatedEngine(options);
  for (let index = 0; index < containers; index++) engine.run({ name: `web-${index}` });
  await engine.listen({ socketPath });
  return {
    engine,
    socketPath,
    stop: async () => {
      await engine.close();
      await rm(directory, { recursive: true });
    },
  };
};
