/**
 * One container's resource counters at one moment, in base units. A part that the engine or the kernel does not
 * tell is absent, never 0.
 */
export interface StatsSample {
  readonly cpu?: CpuSample;
  readonly memory?: MemorySample;
  readonly pids?: PidsSample;
  /** Only the kernel's files tell it. */
  readonly pressure?: PressureSample;
  /** Absent for host and shared networks. */
  readonly networks?: readonly InterfaceSample[];
  readonly blockDevices?: readonly BlockDeviceSample[];
}

export interface CpuSample {
  readonly usageSeconds: number;
  readonly userSeconds?: number;
  readonly systemSeconds?: number;
  readonly throttling?: {
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledSeconds: number;
  };
}

export interface MemorySample {
  /** Includes page cache. */
  readonly usageBytes: number;
  /** usage − inactive_file (v2) or total_inactive_file (v1), ≥ 0. */
  readonly workingSetBytes?: number;
  readonly rssBytes?: number;
  readonly cacheBytes?: number;
  readonly kernelBytes?: number;
  readonly swapBytes?: number;
  readonly peakBytes?: number;
  readonly minorFaults?: number;
  readonly majorFaults?: number;
  /** Since the cgroup was made, which is at each start; only the kernel's files tell them. */
  readonly events?: MemoryEvents;
}

/** How often it came to this; cgroup v1 tells max and oom_kill. */
export interface MemoryEvents {
  readonly low?: number;
  readonly high?: number;
  readonly max?: number;
  readonly oom?: number;
  readonly oomKill?: number;
}

/** How long the container's tasks waited for a resource, since its start. */
export interface PressureSample {
  readonly cpu?: Waiting;
  readonly memory?: Waiting;
  readonly io?: Waiting;
}

export interface Waiting {
  /** At least one task waited. */
  readonly waitingSeconds: number;
  /** All that were not idle waited; kernels before 5.13 do not tell it of processors. */
  readonly stalledSeconds?: number;
}

export interface PidsSample {
  readonly current: number;
  /** The effective pids.max (R27); absent when there is none. */
  readonly limit?: number;
}

export interface InterfaceSample {
  readonly interface: string;
  readonly receiveBytes: number;
  readonly receivePackets: number;
  readonly receiveDropped: number;
  /** Only the kernel's files tell errors: through the API they are 0 since engine 24. */
  readonly receiveErrors?: number;
  readonly transmitBytes: number;
  readonly transmitPackets: number;
  readonly transmitDropped: number;
  readonly transmitErrors?: number;
}

export interface BlockDeviceSample {
  /** major:minor */
  readonly device: string;
  readonly readBytes?: number;
  readonly writtenBytes?: number;
  readonly reads?: number;
  readonly writes?: number;
}

/** The engine's API, or the kernel's files where the engine is local. */
export const SAMPLE_SOURCES = ['api', 'kernel'] as const;
export type SampleSource = (typeof SAMPLE_SOURCES)[number];

/** Why a running container had no sample in a scrape. */
export const SAMPLE_FAILURES = ['timeout', 'gone', 'malformed', 'refused', 'internal'] as const;
export type SampleFailure = (typeof SAMPLE_FAILURES)[number];
