import { type Limits, networkModeOf, type SimulatedContainer } from '../state/container.ts';

/** 8080/tcp */
export function portKey(port: { readonly container: number }): string {
  return `${port.container}/tcp`;
}

/** `HostConfig` of an inspect: what `docker run` was told. */
export function hostConfigJson(container: SimulatedContainer): object {
  const { spec, limits } = container;
  return {
    Binds: spec.volumes ? Object.entries(spec.volumes).map(([name, destination]) => `${name}:${destination}`) : null,
    ContainerIDFile: '',
    LogConfig: { Type: spec.logDriver ?? 'json-file', Config: {} },
    NetworkMode: networkModeOf(container),
    PortBindings: Object.fromEntries(
      (spec.ports ?? []).map((port) => [portKey(port), [{ HostIp: '', HostPort: String(port.host) }]]),
    ),
    RestartPolicy: { Name: spec.restart?.policy ?? 'no', MaximumRetryCount: spec.restart?.maximumRetries ?? 0 },
    AutoRemove: spec.autoRemove ?? false,
    ...UNUSED,
    ...limitsJson(limits),
    Ulimits: [],
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    MaskedPaths: ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'],
    ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
  };
}

function limitsJson(limits: Limits): object {
  const { memoryBytes = 0, memoryReservationBytes = 0, cpus = 0, cpuPeriodMicros = 0, cpuQuotaMicros = 0 } = limits;
  return {
    CpuShares: 0,
    Memory: memoryBytes,
    NanoCpus: Math.round(cpus * 1e9),
    CgroupParent: '',
    CpuPeriod: cpuPeriodMicros,
    CpuQuota: cpuQuotaMicros,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: limits.cpusetCpus ?? '',
    CpusetMems: '',
    MemoryReservation: memoryReservationBytes,
    MemorySwap: memoryBytes * 2,
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: limits.pids ?? null,
  };
}

const UNUSED = {
  VolumeDriver: '',
  VolumesFrom: null,
  ConsoleSize: [0, 0],
  CapAdd: null,
  CapDrop: null,
  CgroupnsMode: 'private',
  Dns: [],
  DnsOptions: [],
  DnsSearch: [],
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: 'private',
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: '',
  UsernsMode: '',
  ShmSize: 67_108_864,
  Runtime: 'runc',
  Isolation: '',
  BlkioWeight: 0,
  BlkioWeightDevice: [],
  BlkioDeviceReadBps: [],
  BlkioDeviceWriteBps: [],
  BlkioDeviceReadIOps: [],
  BlkioDeviceWriteIOps: [],
  Devices: [],
  DeviceCgroupRules: null,
  DeviceRequests: null,
} as const;
