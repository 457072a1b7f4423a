import type { Logger } from 'pino';
import type { SampleSource } from '../model/sample.ts';
import { createKernelSampler, type KernelSampler } from './cgroup/kernel-sampler.ts';
import { remedyOf } from './cgroup/obstacle-text.ts';
import type { Obstacle } from './cgroup/read-container.ts';

export interface SampleOptions {
  /** auto: the kernel's files where they tell, else the engine; the others: only that. */
  readonly source: 'auto' | SampleSource;
  /** Where this machine's /proc and cgroup file system are. */
  readonly procRoot: string;
  readonly cgroupRoot: string;
}

/** Whom a host's samples come from. */
export interface Sampling {
  /** Absent where only the engine is to be asked. */
  readonly kernel?: KernelSampler;
  /** The engine is asked for samples, too. */
  readonly isEngineAsked: boolean;
  /** The kernel's files could not be read. */
  readonly onObstacle: (obstacle: Obstacle) => void;
}

/** Says once what stands between us and the kernel's files, which are cheaper to read and tell more. */
export function createSampling(options: SampleOptions | undefined, logger: Logger): Sampling {
  const source = options?.source ?? 'api';
  let isTold = false;
  return {
    ...(options && source !== 'api' && { kernel: createKernelSampler({ ...options, nowMs: () => performance.now() }) }),
    isEngineAsked: source !== 'kernel',
    onObstacle: (obstacle: Obstacle) => {
      if (isTold) return;
      isTold = true;
      const remedy = remedyOf(obstacle);
      if (source === 'kernel') logger.warn({ obstacle, remedy }, 'containers without samples: source is kernel');
      else logger.info({ obstacle, remedy }, 'samples come from the engine; if it runs on this machine, see remedy');
    },
  };
}
