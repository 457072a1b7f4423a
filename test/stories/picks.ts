/**
 * What a recording keeps of an engine's answers: what an exporter reads, and nothing of the machine they were recorded on (its
 * paths, its name). Of a version everything is kept.
 */
import type { Inspected } from './recording.ts';

const INFO = [
  'ID',
  'OperatingSystem',
  'OSType',
  'Architecture',
  'KernelVersion',
  'ServerVersion',
  'CgroupVersion',
  'CgroupDriver',
  'Driver',
  'NCPU',
  'MemTotal',
];
const INSPECTED = ['Id', 'Created', 'State', 'Image', 'Name', 'RestartCount', 'HostConfig', 'Config'];
const HOST_CONFIG = [
  'NetworkMode',
  'RestartPolicy',
  'AutoRemove',
  'Memory',
  'MemoryReservation',
  'MemorySwap',
  'NanoCpus',
  'CpuQuota',
  'CpuPeriod',
  'CpusetCpus',
  'PidsLimit',
];
const CONFIG = ['Cmd', 'Image', 'Labels', 'Healthcheck', 'StopSignal', 'StopTimeout'];
const HEADERS = ['api-version', 'ostype', 'server', 'libpod-api-version'];

export const pickInfo = (info: object): object => pick(info, INFO);

export const pickHeaders = (headers: object): Readonly<Record<string, string>> =>
  // Headers that come once are texts.
  pick(headers, HEADERS) as Readonly<Record<string, string>>;

export const pickInspected = (answer: object): Inspected => {
  const picked = pick(answer, INSPECTED) as { readonly HostConfig: object; readonly Config: object };
  // Of the engine's own shape, less what is left out.
  return {
    ...picked,
    HostConfig: pick(picked.HostConfig, HOST_CONFIG),
    Config: pick(picked.Config, CONFIG),
  } as unknown as Inspected;
};

const pick = (of: object, keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(of).filter(([key]) => keys.includes(key)));
