import { rfc3339Nano } from '../clock.ts';
import { type ApiReply, jsonReply } from '../http/api.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { RouteContext } from './index.ts';

export const KERNEL_VERSION = '6.12.41-amd64';

export function info({ state }: RouteContext): ApiReply {
  const { flavour, host, clock, events } = state;
  return jsonReply({
    ID: host.engineId,
    ...counts(state),
    ...driver(state),
    ...FEATURES,
    OomKillDisable: flavour.cgroupVersion === 1,
    SystemTime: rfc3339Nano(clock.nowNano()),
    LoggingDriver: 'json-file',
    CgroupDriver: flavour.cgroupVersion === 2 ? 'systemd' : 'cgroupfs',
    CgroupVersion: String(flavour.cgroupVersion),
    NEventsListener: events.listeners(),
    KernelVersion: KERNEL_VERSION,
    OperatingSystem: 'Debian GNU/Linux 13 (trixie)',
    OSVersion: '13',
    OSType: 'linux',
    Architecture: 'x86_64',
    NCPU: host.cpus,
    MemTotal: host.memoryBytes,
    DockerRootDir: '/var/lib/docker',
    Name: host.name,
    ServerVersion: flavour.version,
    ...CONSTANTS,
  });
}

/** Everything that neither runs nor is paused counts as stopped: created and restarting ones too. */
function counts({ containers, images }: EngineState): object {
  const statuses = [...containers.values()].map(({ status }) => status);
  const running = statuses.filter((status) => status === 'running').length;
  const paused = statuses.filter((status) => status === 'paused').length;
  return {
    Containers: statuses.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: statuses.length - running - paused,
    Images: images.size,
  };
}

function driver({ flavour: { imageStore } }: EngineState): object {
  return imageStore === 'containerd'
    ? { Driver: 'overlayfs', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }
    : {
        Driver: 'overlay2',
        DriverStatus: [
          ['Backing Filesystem', 'extfs'],
          ['Supports d_type', 'true'],
        ],
      };
}

const FEATURES = {
  Plugins: {
    Volume: ['local'],
    Network: ['bridge', 'host', 'null'],
    Authorization: null,
    Log: ['json-file', 'local', 'none'],
  },
  MemoryLimit: true,
  SwapLimit: true,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  CPUShares: true,
  CPUSet: true,
  PidsLimit: true,
  IPv4Forwarding: true,
  Debug: false,
  NFd: 60,
  NGoroutines: 90,
} as const;

const CONSTANTS = {
  IndexServerAddress: 'https://index.docker.io/v1/',
  RegistryConfig: { IndexConfigs: {}, InsecureRegistryCIDRs: ['127.0.0.0/8'], Mirrors: null },
  GenericResources: null,
  HttpProxy: '',
  HttpsProxy: '',
  NoProxy: '',
  Labels: [],
  ExperimentalBuild: false,
  Runtimes: { runc: { path: 'runc' } },
  DefaultRuntime: 'runc',
  Swarm: {
    NodeID: '',
    NodeAddr: '',
    LocalNodeState: 'inactive',
    ControlAvailable: false,
    Error: '',
    RemoteManagers: null,
  },
  LiveRestoreEnabled: false,
  Isolation: '',
  InitBinary: 'docker-init',
  ContainerdCommit: { ID: '0badcaf' },
  RuncCommit: { ID: '0badcaf' },
  InitCommit: { ID: 'de40ad0' },
  SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'],
  Warnings: null,
} as const;
