import { z } from 'zod';
import type { EngineFacts } from '../../model/world.ts';
import { known } from './known.ts';

const version = z.object({
  Version: z.string().optional(),
  Os: z.string().optional(),
  Arch: z.string().optional(),
  KernelVersion: z.string().optional(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});
const info = z.object({
  ID: z.string().optional(),
  Containers: z.int().optional(),
  ContainersRunning: z.int().optional(),
  ContainersPaused: z.int().optional(),
  ContainersStopped: z.int().optional(),
  OperatingSystem: z.string().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
  CgroupVersion: z.string().optional(),
  CgroupDriver: z.string().optional(),
  Driver: z.string().optional(),
  Swarm: z.object({ LocalNodeState: z.string().optional() }).nullish(),
  NCPU: z.number().positive().optional(),
  MemTotal: z.number().positive().optional(),
});

/** Docker's events are a bounded buffer in memory, Podman's a journal: they are resumed in different ways (R46). */
export type EngineProduct = 'docker' | 'podman';

/** The engine's own counts, as it counts: restarting and created are "stopped" to it (R11). */
export interface EngineCounts {
  readonly total: number;
  readonly running: number;
  readonly paused: number;
}

export function parseProduct(versionAnswer: unknown): EngineProduct {
  const components = version.parse(versionAnswer).Components ?? [];
  return components.some(({ Name }) => /podman/i.test(Name)) ? 'podman' : 'docker';
}

/** `GET /version` and `GET /info`, with the API version that was agreed upon. */
export function parseEngine(versionAnswer: unknown, infoAnswer: unknown, apiVersion: string): EngineFacts {
  const v = version.parse(versionAnswer);
  const i = info.parse(infoAnswer);
  return known({
    version: v.Version,
    apiVersion,
    os: i.OperatingSystem,
    kernel: v.KernelVersion,
    architecture: v.Arch,
    cgroupVersion: i.CgroupVersion,
    cgroupDriver: i.CgroupDriver,
    storageDriver: i.Driver,
    swarm: i.Swarm?.LocalNodeState,
    cpus: i.NCPU,
    memoryBytes: i.MemTotal,
  });
}

/** Of `GET /info`: cloned machines share one, but two engines in turn at one address do not. */
export function parseEngineId(infoAnswer: unknown): string | undefined {
  return info.parse(infoAnswer).ID;
}

/** Of `GET /info`: rootless engines have a network of their own, Docker Desktop a virtual machine. */
export function parseHasLocalBridges(infoAnswer: unknown): boolean {
  const { OperatingSystem, SecurityOptions } = info.parse(infoAnswer);
  return OperatingSystem !== 'Docker Desktop' && SecurityOptions?.includes('name=rootless') !== true;
}

/** Of `GET /info`; undefined when the engine leaves one out. */
export function parseCounts(infoAnswer: unknown): EngineCounts | undefined {
  const { Containers: total, ContainersRunning: running, ContainersPaused: paused } = info.parse(infoAnswer);
  if (total === undefined || running === undefined || paused === undefined) return undefined;
  return { total, running, paused };
}
